import type {UiConfig} from './config.ts';

const form = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)$/;

/** "22:00-07:00" as local times of day, or undefined for what is not such a span. */
export const parseQuietHours = (text: string): UiConfig['quietHours'] | undefined => {
	const match = form.exec(text.trim());
	return match ? {from: `${match[1]!}:${match[2]!}`, to: `${match[3]!}:${match[4]!}`} : undefined;
};

/** Whether that moment, by the laptop's own clock, lies in the span; it may reach over midnight. */
export const isQuiet = (hours: UiConfig['quietHours'], at: Date): boolean => {
	if (hours === null) return false;
	const now = at.getHours() * 60 + at.getMinutes();
	const from = minutesOf(hours.from);
	const to = minutesOf(hours.to);
	return from <= to ? now >= from && now < to : now >= from || now < to;
};

const minutesOf = (time: string): number => {
	const [hours = 0, minutes = 0] = time.split(':').map(Number);
	return hours * 60 + minutes;
};
