// The part of a fictional integration that speaks to Okta, for `keyward privilege need`.
import { Client } from '@okta/okta-sdk-nodejs';

const client = new Client({ orgUrl: process.env.ORG_URL, token: process.env.OKTA_TOKEN });
const GROUP = '00gpayroll0000000001';

export async function join(profile: Record<string, string>): Promise<void> {
  const user = await client.userApi.createUser({ body: { profile }, activate: false });
  await client.groupApi.assignUserToGroup({ groupId: GROUP, userId: user.id });
}

export async function leave(userId: string): Promise<void> {
  await client.groupApi.unassignUserFromGroup({ groupId: GROUP, userId });
  await fetch(`${process.env.ORG_URL}/api/v1/users/${userId}/lifecycle/suspend`, { method: 'POST' });
}
