import type {ActionKind} from '../protocol/action.ts';
import {diff} from './diff.ts';
import type {Handler} from './handler.ts';
import {ide} from './ide.ts';
import {web} from './web.ts';

/** The registry: one handler a kind of request. */
export const handlers: Readonly<Record<ActionKind, Handler>> = {web, ide, diff};
