import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { admin } from "../../api/admin";
import { refresh } from "../../api/adminQueries";
import type { Role } from "../../api/types";
import { ErrorNotice } from "../../shell/ErrorNotice";
import { SecretNotice } from "../SecretNotice";
import { accountNameProblem, makePassword, passwordProblem } from "../model/people";
import { RoleSelect } from "./RoleSelect";

/** Adds an account, with a password that is told to its owner by other means. */
export function NewAccount() {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [password, setPassword] = useState(makePassword);
  const [made, setMade] = useState<{ name: string; password: string } | null>(null);
  const add = useMutation({
    mutationFn: () => admin.addUser(name.trim(), role, password),
    onSuccess: (user) => {
      setMade({ name: user.name, password });
      setName("");
      setRole("viewer");
      setPassword(makePassword());
      return refresh("users");
    },
  });
  const nameProblem = accountNameProblem(name.trim());
  const weak = passwordProblem(password);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (nameProblem === null && weak === null) add.mutate();
  };
  return (
    <Stack gap="md">
      {made && (
        <SecretNotice
          title={`The password of ${made.name}`}
          secret={made.password}
          onClose={() => setMade(null)}
        />
      )}
      <form onSubmit={submit}>
        <Stack gap="sm" maw={460}>
          <TextInput
            label="Name"
            description="The login name, such as an e-mail address."
            autoComplete="off"
            required
            withAsterisk={false}
            value={name}
            error={name !== "" && nameProblem}
            onChange={(event) => {
              add.reset();
              setName(event.currentTarget.value);
            }}
            data-testid="new-account-name"
          />
          <RoleSelect value={role} onChange={setRole} testId="new-account-role" />
          <TextInput
            label="Password"
            description="The initial password; it can be changed after login."
            autoComplete="off"
            spellCheck={false}
            required
            withAsterisk={false}
            maxLength={1024}
            classNames={{ input: "mono" }}
            value={password}
            error={weak}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-testid="new-account-password"
          />
          {add.error && <ErrorNotice error={add.error} />}
          <Group>
            <Button type="submit" loading={add.isPending} data-testid="new-account-add">
              Add the account
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
