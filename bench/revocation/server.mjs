// One process of the product on the bench's database, without limits of rates; says its address and stays until it is told to go.
const { readConfig } = await import('../../dist/apps/server/libs/platform/src/config.js');
const { startServer } = await import('../../dist/apps/server/apps/server/src/server.js');

const config = readConfig({ PORT: '0', HOST: '127.0.0.1', SAMRAAD_DEMO_STORY: 'no', SAMRAAD_DATA_DIR: process.env.BENCH_FOLDER, DATABASE_URL: process.env.BENCH_DATABASE });
config.rateLimits = false;
const server = await startServer(config);
process.on('disconnect', () => process.exit(0));
process.on('message', () => void server.close().then(() => process.exit(0)));
process.send({ address: `http://localhost:${server.port}` });
