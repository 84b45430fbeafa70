/** Watches the folder that it is given, and prints each change as a line of JSON. */
import {watchRoot} from '../../../source/sync/watch/watch-root.ts';
import {plainSettings} from '../../harness/plain-settings.ts';

const tell = (what: unknown) => process.stdout.write(`${JSON.stringify(what)}\n`);
const watch = watchRoot({root: process.argv[2]!, settings: plainSettings, onChange: tell});
tell(await watch.ready);
process.stdin.on('end', () => void watch.close()).resume();
