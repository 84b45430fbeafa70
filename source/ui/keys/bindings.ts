import type {Binding} from './binding.ts';
import {agentKeys} from './agent-keys.ts';
import {consoleKeys, retry} from './console-keys.ts';
import {movingKeys} from './moving-keys.ts';

/**
 * Every key of the console, once. The footer, the help, the palette and the README's table are
 * made of it, in this order. Where two share a key, the first that can be given now has it.
 */
export const bindings: readonly Binding[] = [retry, ...agentKeys, ...movingKeys, ...consoleKeys];
