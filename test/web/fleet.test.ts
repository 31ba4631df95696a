import assert from 'node:assert/strict';
import { test } from 'node:test';
import { availabilityOf } from '../../api/client/host-availability.ts';
import type { FleetAgent, FleetHost, Lane } from '../../web/data/fleet.ts';
import { fleetHeadline, holdsNow, isUnconfined, limitWords, versionWords } from '../../web/parts/fleet.ts';
import { laneHeadline, leadTimeWords, titleOf, verdictOf } from '../../web/parts/lane.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const host = (rest: Partial<FleetHost> = {}): FleetHost => ({
  ...{ name: 'one', capacity: 4, taken: 1, sandbox: 'bubblewrap', lastSeenAt: '2026-03-01T11:59:58Z' },
  ...{ refusal: null, leftAt: null, placements: [], ...rest },
});
const epics = { admitted: 2, waiting: 0, atOnce: 5 };

test('the fleet is said in one sentence, and that nothing can run when no host is there', () => {
  assert.match(fleetHeadline({ hosts: [], agents: [], epics }, NOW), /No host is there/);
  const hosts = [host(), host({ name: 'two', taken: 3 })];
  assert.equal(
    fleetHeadline({ hosts, agents: [], epics: { ...epics, waiting: 1 } }, NOW),
    'No agent is at work; 4 of 8 slots taken on 2 hosts, 1 epic waits for admission',
  );
});

test('an agent that waits is not at work', () => {
  const agent = (state: FleetAgent['state']) => ({ state }) as FleetAgent;
  const say = (...states: FleetAgent['state'][]) =>
    fleetHeadline({ hosts: [host()], agents: states.map(agent), epics }, NOW).split(';')[0];
  assert.equal(say('BUSY', 'BUSY', 'WAITING', 'IDLE'), '2 agents at work, 2 wait');
  assert.equal(say('WAITING'), 'No agent is at work, 1 waits');
  assert.equal(say('BUSY'), '1 agent at work');
});

test('a host that is silent or has signed off is no room', () => {
  const silent = host({ name: 'two', lastSeenAt: '2026-03-01T11:00:00Z' });
  const left = host({ name: 'three', leftAt: '2026-03-01T11:00:00Z' });
  const say = (hosts: FleetHost[]) => fleetHeadline({ hosts, agents: [], epics }, NOW);
  assert.equal(say([host(), silent, left]), 'No agent is at work; 1 of 4 slots taken on 1 host; 1 host is silent');
  assert.match(say([silent, left]), /^No host is there/);
});

test('calls that a provider held up go on when its time is over', () => {
  const hold = (until: string) => ({ provider: 'p', model: 'm', until, reason: 'limit' });
  const holds = [hold('2026-03-01T11:59:00Z'), hold('2026-03-01T12:01:00Z')];
  assert.deepEqual(holdsNow(holds, NOW), holds.slice(1));
});

test('a host whose sandbox is turned off is conspicuous', () => {
  assert.ok(isUnconfined('none: it is turned off (SANDBOX=off)'));
  assert.ok(!isUnconfined('bubblewrap'));
  assert.ok(!isUnconfined(null));
});

test('a host takes work, is full, refuses, is silent or has signed off', () => {
  const words = (rest: Partial<FleetHost>, readAt = NOW) => availabilityOf(host(rest), readAt);
  assert.equal(words({}), 'takes work');
  assert.equal(words({ taken: 4 }), 'full');
  assert.equal(words({ refusal: 'the disk is full' }), 'takes no more work');
  assert.equal(words({ refusal: 'the disk is full' }, NOW + 60_000), 'silent');
  assert.equal(words({ leftAt: '2026-03-01T11:00:00Z' }, NOW + 60_000), 'signed off');
});

test('what is not known is said not to be known', () => {
  assert.deepEqual(limitWords(null), []);
  const versions = { factory: '0.1.0', node: '24', postgres: '18', temporal: null };
  assert.deepEqual(versionWords(versions).at(-1), ['Temporal', 'does not answer']);
});

const member = (title: string) => ({
  ...{ epicId: 'e', epicTitle: 'E', taskKey: title.toLowerCase(), title, pullRequest: 1, headSha: null, priority: 0 },
  ...{ since: '2026-03-01T11:00:00Z', isBehind: false },
});
const lane = (rest: Partial<Lane> = {}): Lane => ({
  ...{ repository: 'shop', branch: 'main', isLive: true, merging: null, settling: [], waiting: [], verdicts: [] },
  ...{ leadTime: null, ...rest },
});

test('a lane says who merges and how many wait, and never that nobody merges when that is not known', () => {
  assert.equal(laneHeadline(lane()), 'Nobody merges, nobody waits');
  const merging = { ...member('Api'), grantedAt: null };
  const busy = lane({ merging, waiting: [{ ...member('Ui'), behind: 'api' }], settling: [member('Docs')] });
  assert.equal(laneHeadline(busy), 'Api merges, 1 change waits, 1 change settles a conflict');
  assert.match(
    laneHeadline({ ...busy, merging: null, isLive: false }),
    /not known now; 1 change waits.* recorded last$/,
  );
});

test('a change without a title is named by its task, or by its epic', () => {
  assert.equal(titleOf({ title: '', taskKey: 'api', epicId: 'shop' }), 'api');
  assert.equal(titleOf({ title: '', taskKey: null, epicId: 'shop' }), 'shop');
  const merging = { ...member('Api'), title: '', grantedAt: null };
  assert.equal(laneHeadline(lane({ merging })), 'api merges, nobody waits');
});

test('lead times and verdicts in words', () => {
  assert.equal(
    leadTimeWords({ merges: 12, medianSeconds: 1_320, p90Seconds: 7_200 }),
    '12 merges in the last 7 days: half within 22 min, nine of ten within 2 h of their start',
  );
  assert.equal(leadTimeWords({ merges: 4, medianSeconds: 60, p90Seconds: 90 }), '4 merges in the last 7 days');
  assert.equal(leadTimeWords(null), 'Nothing was merged in the last 7 days');
  assert.deepEqual(verdictOf('changes-requested'), { color: 'orange', words: 'changes requested' });
  assert.deepEqual(verdictOf('of-later'), { color: 'gray', words: 'of-later' });
});
