import { Alert, Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Navigate, useLocation, useSearchParams } from "react-router";
import { api } from "../api/client";
import { setMe, useMe } from "../api/queries";
import { Logo } from "../shell/Logo";
import { loginProblem } from "./loginProblem";

export function LoginPage() {
  const me = useMe();
  const { state } = useLocation();
  const [params] = useSearchParams();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: () => api.login(name.trim(), password),
    onSuccess: setMe,
  });
  if (me.data) return <Navigate to={safeNext(params.get("next"))} state={state} replace />;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <Center mih="100dvh" component="main" p="md" bg="var(--td-surface-2)">
      <Paper withBorder p="xl" w={360} shadow="xs" bg="var(--td-surface)">
        <form onSubmit={submit} data-testid="login-form">
          <Stack gap="md">
            <Stack gap={6} align="center">
              <Logo size={40} />
              <Title order={1} size="h3">
                Tapedeck
              </Title>
              <Text size="sm" c="dimmed">
                Log in to see the recorded sessions
              </Text>
            </Stack>
            <TextInput
              label="Name"
              name="name"
              autoComplete="username"
              required
              withAsterisk={false}
              autoFocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-testid="login-name"
            />
            <PasswordInput
              label="Password"
              name="password"
              autoComplete="current-password"
              required
              withAsterisk={false}
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
              data-testid="login-password"
            />
            {login.error && (
              <Alert color="red" variant="outline" role="alert" data-testid="login-error">
                {loginProblem(login.error, "Incorrect name or password.")}
              </Alert>
            )}
            <Button type="submit" loading={login.isPending} fullWidth data-testid="login-submit">
              Log in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}

/** Where to go after the login: a path of the app, never another site. */
function safeNext(next: string | null): string {
  return next?.startsWith("/") && !next.startsWith("//") ? next : "/";
}
