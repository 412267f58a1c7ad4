export { TEST_CERTIFICATES } from './certificates.ts';
export { bootTestCluster, type TestCluster } from './cluster.ts';
export { startTestPostgres, type TestPostgres } from './database.ts';
export { keptConnection, type Outcome } from './kept-connection.ts';
