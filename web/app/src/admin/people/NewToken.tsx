import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { admin } from "../../api/admin";
import { refresh } from "../../api/adminQueries";
import type { MadeToken } from "../../api/adminTypes";
import type { Role } from "../../api/types";
import { ErrorNotice } from "../../shell/ErrorNotice";
import { SecretNotice } from "../SecretNotice";
import { RoleSelect } from "./RoleSelect";

/** Makes a token for a program. */
export function NewToken() {
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [made, setMade] = useState<MadeToken | null>(null);
  const create = useMutation({
    mutationFn: () => admin.createToken(name.trim(), role),
    onSuccess: (token) => {
      setMade(token);
      setName("");
      setRole("viewer");
      return refresh("tokens");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (name.trim() !== "") create.mutate();
  };
  return (
    <Stack gap="md">
      {made && (
        <SecretNotice title={`The token ${made.name}`} secret={made.token} onClose={() => setMade(null)} />
      )}
      <form onSubmit={submit}>
        <Stack gap="sm" maw={460}>
          <TextInput
            label="Name"
            description="What the token is for; shown in the audit trail."
            autoComplete="off"
            required
            withAsterisk={false}
            maxLength={100}
            value={name}
            onChange={(event) => {
              create.reset();
              setName(event.currentTarget.value);
            }}
            data-testid="new-token-name"
          />
          <RoleSelect value={role} onChange={setRole} testId="new-token-role" />
          {create.error && <ErrorNotice error={create.error} />}
          <Group>
            <Button type="submit" loading={create.isPending} data-testid="new-token-create">
              Make the token
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}
