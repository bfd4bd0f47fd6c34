import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { setTimeout as later } from 'node:timers/promises';
import { Way } from '../../scripts/chaos/world/way';
import { eventually } from '../support/eventually';

// Otherwise a run would find faults that no network makes.
test('what is sent after a way was slow does not overtake what is still on its way', async () => {
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way = await Way.open((server.address() as AddressInfo).port);
  const socket = connect({ host: '127.0.0.1', port: way.port });
  await once(socket, 'connect');
  let got = '';
  socket.on('data', (chunk) => {
    got += chunk;
  });
  const sent = Array.from({ length: 40 }, (_, index) => String.fromCharCode(65 + index));
  try {
    for (const [index, letter] of sent.entries()) {
      if (index === 5) way.disturb('slow');
      if (index === 25) way.mend();
      socket.write(letter);
      // Each is a piece of its own on the way.
      await later(5);
    }
    await eventually(async () => got.length === sent.length);
    expect(got).toBe(sent.join(''));
  } finally {
    socket.destroy();
    await way.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
