import {existsSync} from 'node:fs';
import type {RemoteConfig} from '../config/config.ts';
import {openLedger} from './engine/ledger.ts';
import {notedHalt} from './engine/noted-halt.ts';
import {haltText} from './present-report.ts';
import {ledgerFile, readLaptopId} from './engine/rule-files.ts';
import {ruleId} from './settings.ts';

/** What the last cycles left written down, for whoever asks without looking at the trees. */
export type StoredHealth = {
	rules: number;
	/** When the rule that is longest out of step was last in step; null: one never was. */
	inStepAt: number | null;
	conflicts: number;
	halted: string[];
};

/** Undefined where the remote has no rules. Opens no connection and scans nothing. */
export const storedHealth = (
	remote: RemoteConfig,
	stateFolder: string,
): StoredHealth | undefined => {
	const rules = [...remote.syncUp, ...remote.syncBidi];
	if (rules.length === 0) return undefined;
	const laptop = readLaptopId(stateFolder);
	const found: StoredHealth = {rules: rules.length, inStepAt: Infinity, conflicts: 0, halted: []};
	for (const rule of rules) {
		const file =
			laptop === undefined ? undefined : ledgerFile(stateFolder, ruleId(rule, laptop, remote.name));
		if (file === undefined || !existsSync(file)) {
			found.inStepAt = null;
			continue;
		}

		const ledger = openLedger(file);
		const at = Number(ledger.meta('in-step-at') ?? Number.NaN);
		if (Number.isNaN(at)) found.inStepAt = null;
		else if (found.inStepAt !== null) found.inStepAt = Math.min(found.inStepAt, at);
		found.conflicts += ledger.conflicts().length;
		const halted = notedHalt(ledger);
		if (halted !== undefined) found.halted.push(haltText(halted));
		ledger.close();
	}

	return found;
};
