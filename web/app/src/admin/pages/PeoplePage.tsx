import { Stack } from "@mantine/core";
import { useTokens, useUsers } from "../../api/adminQueries";
import { AccountRow } from "../people/AccountRow";
import { NewAccount } from "../people/NewAccount";
import { NewToken } from "../people/NewToken";
import { TokenRow } from "../people/TokenRow";
import { Answered, Empty, Headline, Section } from "../Section";

/** Who may come in: people with an account, programs with a token. */
export function PeoplePage() {
  const users = useUsers();
  const tokens = useTokens();
  return (
    <>
      <Headline title="People">
        Viewers find and play the sessions of all projects. Admins do everything else too.
      </Headline>
      <Section title="Accounts" about="People log in with a name and a password." testId="accounts">
        <Stack gap="md">
          <Answered query={users}>
            {(list) => list.users.map((user) => <AccountRow key={user.name} user={user} />)}
          </Answered>
        </Stack>
      </Section>
      <Section title="New account" testId="new-account">
        <NewAccount />
      </Section>
      <Section
        title="API tokens"
        about="Programs call the API with a token. It works until it is revoked."
        testId="tokens"
      >
        <Stack gap="md">
          <Answered query={tokens}>
            {(list) => (
              <>
                {list.tokens.length === 0 && <Empty>No tokens yet.</Empty>}
                {list.tokens.map((token) => (
                  <TokenRow key={token.id} token={token} />
                ))}
              </>
            )}
          </Answered>
        </Stack>
      </Section>
      <Section title="New API token" testId="new-token">
        <NewToken />
      </Section>
    </>
  );
}
