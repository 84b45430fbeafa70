import {createTrace} from '../transport/trace.ts';

/** Looks, jobs, calls and rsync: `NODE_DEBUG=fleet-sync`. */
export const syncTrace = createTrace('fleet-sync');
