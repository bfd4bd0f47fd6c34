import { burnRates, type Report, report } from '../../../../contract/report';
import { uniqueId } from '../../../workflows/harness';
import { openWeb, serviceToken, type Web } from '../../harness';

let web: Web;
let account: string;
let month: string;
beforeAll(async () => {
  web = await openWeb();
  account = uniqueId('acme');
  await web.stack.fund(account, 10);
  month = new Date().toISOString().slice(0, 7);
});
afterAll(() => web.close());

async function ask(path: string, token: string) {
  const response = await fetch(`${web.url}/v1/reports/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, body: (await response.json()) as Report };
}

test('a service with the scope reads a month, and what each account uses', async () => {
  const token = await serviceToken('reports:read');
  const read = await ask(month, token);
  expect(read.status).toBe(200);
  expect(read.body).toEqual(report.parse(read.body));
  expect(read.body.lines).toContainEqual(expect.objectContaining({ what: 'granted' }));
  expect(await ask(month, token)).toEqual(read);
  const page = await ask(`${month}/burn-rates?limit=1000&dry=false`, token);
  expect(burnRates.parse(page.body).accounts).toContainEqual(
    expect.objectContaining({ accountId: account, available: 10, spent: 0 }),
  );
});

test.each(['2030', '2030-13', '1999-12', 'now'])('%s is no month', async (said) => {
  const token = await serviceToken('reports:read');
  for (const path of [said, `${said}/burn-rates`])
    expect(await ask(path, token)).toMatchObject({ status: 400, body: { code: 'INVALID_TIME' } });
});
