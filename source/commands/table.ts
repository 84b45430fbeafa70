import type {Command} from './command.ts';
import {configCheck, configPath, configShow} from './config.ts';

/** Every command, in the order of the help. */
export const table: readonly Command[] = [configCheck, configPath, configShow];
