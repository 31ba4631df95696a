/** Asks for the token of the API, in place of every page. */
import { Alert, Button, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useSignIn } from '../data/session.ts';

export function SignIn() {
  const signIn = useSignIn();
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate(token.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={480}>
        <Title order={1}>This factory wants a token</Title>
        <Text>It is what API_TOKEN says where the API runs. This browser remembers it.</Text>
        <PasswordInput
          label="Token"
          autoComplete="current-password"
          value={token}
          onChange={(event) => setToken(event.currentTarget.value)}
        />
        <Button type="submit" loading={signIn.isPending} disabled={token.trim() === ''} w="fit-content">
          Sign in
        </Button>
        {signIn.isError && (
          <Alert color="red" role="alert" title="Not accepted">
            {signIn.error.message}
          </Alert>
        )}
      </Stack>
    </form>
  );
}
