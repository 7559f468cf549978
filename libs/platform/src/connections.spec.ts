import { afterEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { SystemClock } from './clock.js';
import { RoleConnections, roleLimits } from './connections.js';
import { UnitOfWork } from './unit-of-work.service.js';

/** AuthenticationOk and ReadyForQuery of the wire protocol. */
const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

describe('[PS9] a database that falls silent', () => {
  let server: Server;
  let connections: RoleConnections;
  const sockets = new Set<Socket>();
  afterEach(async () => {
    await connections.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });

  /** A server that lets people in, or not even that, and then says nothing. */
  const open = async (letsIn: boolean) => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
      socket.resume();
      if (letsIn) socket.once('data', () => socket.write(welcome));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `postgres://role@127.0.0.1:${(server.address() as AddressInfo).port}/database`;
    connections = new RoleConnections(4, () => url, { ...roleLimits, query_timeout: 100, connectionTimeoutMillis: 100 });
    return new UnitOfWork(connections, new SystemClock());
  };

  it('holds nobody longer than it was given, and the connection is closed', async () => {
    const unitOfWork = await open(true);
    await expect(unitOfWork.once({ name: 'one', sql: 'SELECT 1' }, [])).rejects.toThrow('timeout');
    await expect(unitOfWork.run((tx) => tx.query('SELECT 1'))).rejects.toThrow('timeout');
    // Once for what was asked, and not again for the ROLLBACK behind it.
    const held = await connections.take('request');
    await expect(held.query('BEGIN')).rejects.toThrow('timeout');
    await expect(held.query('ROLLBACK')).rejects.toThrow('closed');
    held.giveBack(true);
    while (sockets.size > 0) await new Promise((done) => setTimeout(done, 5));
  }, 5_000);

  it('holds nobody who comes to a closed door', async () => {
    const unitOfWork = await open(false);
    await expect(unitOfWork.run((tx) => tx.query('SELECT 1'))).rejects.toThrow('timeout');
    while (sockets.size > 0) await new Promise((done) => setTimeout(done, 5));
  }, 5_000);

  it('is given longer than the server gives itself, and asked whether it is there', () => {
    expect(roleLimits.query_timeout).toBeGreaterThan(roleLimits.statement_timeout);
    expect([roleLimits.keepAlive, roleLimits.connectionTimeoutMillis > 0]).toEqual([true, true]);
  });
});
