export { createCluster, hasCluster } from './cluster.ts';
export { embeddedUrl, serverCommand } from './server-command.ts';
