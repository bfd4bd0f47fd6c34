import { stopTestServers } from './global-setup';

export default stopTestServers;
