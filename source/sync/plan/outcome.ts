import {folderSignature, type Signature} from '../entry.ts';
import type {Operation} from './operation.ts';

/** What stands at its path once the operation is done; undefined: nothing. */
export const outcomeOf = (operation: Operation): Signature | undefined => {
	switch (operation.kind) {
		case 'put':
		case 'mode':
			return operation.signature;
		case 'mkdir':
			return folderSignature;
		case 'remove':
		case 'rmdir':
		case 'aside':
			return undefined;
	}
};
