import {
  ActionIcon,
  Anchor,
  Menu,
  Text,
  Tooltip,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconLock, IconLogout, IconMoon, IconSettings, IconSun, IconUser } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import { api } from "../api/client";
import { setMe, useMe } from "../api/queries";
import classes from "./AppHeader.module.css";
import { Logo } from "./Logo";
import { PasswordDialog } from "./PasswordDialog";

/** The bar on top of every page: what the page is about in the middle, the person on the right. */
export function AppHeader({ children }: { children?: ReactNode }) {
  return (
    <header className={classes["header"]}>
      <Anchor component={Link} to="/" className={classes["brand"]} underline="never" c="inherit">
        <Brand />
      </Anchor>
      <div className={classes["content"]}>{children}</div>
      <ColorSchemeButton />
      <AccountMenu />
    </header>
  );
}

/** The same bar for people without an account: it leads nowhere. */
export function GuestHeader({ children }: { children?: ReactNode }) {
  return (
    <header className={classes["header"]}>
      <div className={classes["brand"]}>
        <Brand />
      </div>
      <div className={classes["content"]}>{children}</div>
      <ColorSchemeButton />
    </header>
  );
}

function Brand() {
  return (
    <>
      <Logo size={22} />
      <span>Tapedeck</span>
    </>
  );
}

function ColorSchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  const other = scheme === "dark" ? "light" : "dark";
  return (
    <Tooltip label={`Use the ${other} scheme`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        onClick={() => setColorScheme(other)}
        aria-label={`Use the ${other} scheme`}
      >
        {scheme === "dark" ? <IconSun size={18} /> : <IconMoon size={18} />}
      </ActionIcon>
    </Tooltip>
  );
}

function AccountMenu() {
  const me = useMe();
  const [opened, setOpened] = useState(false);
  const [changes, setChanges] = useState(false);
  const logout = useMutation({
    mutationFn: api.logout,
    onSuccess: () => setMe(null),
    // The menu has closed: nobody must leave the machine in the belief that the login has ended.
    onError: () => setOpened(true),
  });
  return (
    <>
      <Menu position="bottom-end" width={200} opened={opened} onChange={setOpened}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label="Account" data-testid="account">
            <IconUser size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.data?.name} ({me.data?.role})
          </Menu.Label>
          {me.data?.role === "admin" && (
            <Menu.Item component={Link} to="/admin" leftSection={<IconSettings size={16} />}>
              Administration
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconLock size={16} />}
            onClick={() => setChanges(true)}
            data-testid="change-password"
          >
            Change password
          </Menu.Item>
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            onClick={() => logout.mutate()}
            data-testid="logout"
          >
            Log out
          </Menu.Item>
          {logout.error && (
            <Text size="xs" c="var(--td-error)" px="sm" py={4} role="alert">
              You are still logged in. {logout.error.message}
            </Text>
          )}
        </Menu.Dropdown>
      </Menu>
      {changes && me.data && <PasswordDialog name={me.data.name} onClose={() => setChanges(false)} />}
    </>
  );
}
