import type {UiConfig} from './config.ts';

const form = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)$/;

/** "22:00-07:00" as local times of day, or undefined for what is not such a span. */
export const parseQuietHours = (text: string): UiConfig['quietHours'] | undefined => {
	const match = form.exec(text.trim());
	return match ? {from: `${match[1]!}:${match[2]!}`, to: `${match[3]!}:${match[4]!}`} : undefined;
};
