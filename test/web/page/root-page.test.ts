import { openWeb, type Web } from '../harness';

let web: Web;
beforeAll(async () => {
  web = await openWeb();
});
afterAll(() => web.close());

test('the root is a page of what is there: each of its links leads somewhere, and nothing comes from elsewhere', async () => {
  const { status, headers, ...answer } = await fetch(`${web.url}/`).then(async (response) => ({
    ...{ status: response.status, headers: response.headers, page: await response.text() },
  }));
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('set-cookie')).toBeNull();
  expect(headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; .*frame-ancestors 'none'$/,
  );
  expect(answer.page).not.toMatch(/https?:|<script|\son\w+=/);
  const paths = [...answer.page.matchAll(/<a href="([^"]+)"/g)].map(([, path]) => path);
  expect(paths).toEqual(['/openapi.json', '/credits', '/health/live', '/health/ready']);
  for (const path of paths) {
    const { status } = await fetch(`${web.url}${path}`);
    // Without a session the credits page asks for one.
    expect({ path, status }).toEqual({ path, status: path === '/credits' ? 401 : 200 });
  }
});
