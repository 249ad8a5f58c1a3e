import { Button, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { admin } from "../../api/admin";
import { refresh } from "../../api/adminQueries";
import type { User } from "../../api/adminTypes";
import { refreshMe, setMe, useMe } from "../../api/queries";
import { ConfirmDialog } from "../ConfirmDialog";
import { SecretNotice } from "../SecretNotice";
import classes from "../admin.module.css";
import { PASSWORD_LENGTH_MIN, loginsText, makePassword } from "../model/people";

type Question = "role" | "password" | "remove";

/** One account, and what can be done with it. */
export function AccountRow({ user }: { user: User }) {
  const { name, role, logins } = user;
  const isMe = useMe().data?.name === name;
  const [asks, setAsks] = useState<Question | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const close = () => setAsks(null);
  return (
    <div data-testid="account-row" data-name={name}>
      <Group justify="space-between" gap="xs">
        <div style={{ minWidth: 0 }}>
          <div style={{ overflowWrap: "anywhere", fontWeight: 600 }}>
            {name}
            {isMe && " (you)"}
          </div>
          <div className={classes["minor"]} data-testid="account-facts">
            {role === "admin" ? "Admin" : "Viewer"}, {loginsText(logins)}
          </div>
        </div>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => setAsks("role")} data-testid="account-role">
            {role === "admin" ? "Make a viewer…" : "Make an admin…"}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => setAsks("password")}
            data-testid="account-password"
          >
            Reset password…
          </Button>
          <Button
            size="xs"
            color="red.9"
            variant="outline"
            onClick={() => setAsks("remove")}
            data-testid="account-remove"
          >
            Remove…
          </Button>
        </Group>
      </Group>
      {secret !== null && (
        <div style={{ marginTop: 8 }}>
          <SecretNotice
            title={`The new password of ${name}`}
            secret={secret}
            onClose={() => setSecret(null)}
          />
        </div>
      )}
      {asks === "role" && <RoleDialog user={user} isMe={isMe} onClose={close} />}
      {asks === "password" && (
        <PasswordDialog
          user={user}
          isMe={isMe}
          onDone={(password) => {
            setSecret(password);
            close();
          }}
          onClose={close}
        />
      )}
      {asks === "remove" && <RemoveDialog user={user} isMe={isMe} onClose={close} />}
    </div>
  );
}

interface DialogProps {
  user: User;
  isMe: boolean;
  onClose: () => void;
}

function RoleDialog({ user: { name, role }, isMe, onClose }: DialogProps) {
  const other = role === "admin" ? "viewer" : "admin";
  return (
    <ConfirmDialog
      title={other === "admin" ? `Make ${name} an admin?` : `Make ${name} a viewer?`}
      confirm={other === "admin" ? "Make an admin" : "Make a viewer"}
      action={() => admin.changeUser(name, { role: other })}
      onDone={() => {
        onClose();
        void (isMe ? refreshMe() : refresh("users"));
      }}
      onClose={onClose}
    >
      <Text size="sm">
        {other === "admin"
          ? "Admins change settings, erase sessions, and let others in."
          : `${isMe ? "You" : "They"} can then only find and play sessions.`}
      </Text>
    </ConfirmDialog>
  );
}

function PasswordDialog({
  user: { name },
  isMe,
  onDone,
  onClose,
}: DialogProps & { onDone: (password: string) => void }) {
  const [password, setPassword] = useState(makePassword);
  return (
    <ConfirmDialog
      title={`Reset the password of ${name}?`}
      confirm="Reset the password"
      action={() => admin.changeUser(name, { password })}
      onDone={() => {
        void refresh("users");
        onDone(password);
      }}
      onClose={onClose}
    >
      <Text size="sm">
        {isMe
          ? "Your other logins end."
          : `The current password stops working, and anyone logged in as ${name} must log in again.`}
      </Text>
      <TextInput
        label="New password"
        autoComplete="off"
        spellCheck={false}
        required
        withAsterisk={false}
        minLength={PASSWORD_LENGTH_MIN}
        maxLength={1024}
        classNames={{ input: "mono" }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        data-testid="account-new-password"
      />
    </ConfirmDialog>
  );
}

function RemoveDialog({ user: { name }, isMe, onClose }: DialogProps) {
  return (
    <ConfirmDialog
      title={`Remove ${name}?`}
      confirm="Remove"
      action={() => admin.removeUser(name)}
      onDone={() => {
        if (isMe) {
          setMe(null);
        } else {
          onClose();
          void refresh("users");
        }
      }}
      onClose={onClose}
    >
      <Text size="sm">
        {isMe ? "You are" : "They are"} logged out everywhere and can’t log in again. What {name} did stays in
        the audit trail.
      </Text>
    </ConfirmDialog>
  );
}
