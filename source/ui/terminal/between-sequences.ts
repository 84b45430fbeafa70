const ground = 0;
const escape = 1;
const csi = 2;
const string = 3;
const stringEscape = 4;
type Place = typeof ground | typeof escape | typeof csi | typeof string | typeof stringEscape;

/**
 * Follows a terminal's stream; tells whether it stands between two control sequences and two
 * letters, where something else may be said without breaking either.
 */
export const betweenSequences = () => {
	let place: Place = ground;
	let letterRest = 0;

	const step = (byte: number): void => {
		if (byte === 0x18 || byte === 0x1a) place = ground;
		else if (byte === 0x1b) place = place === string ? stringEscape : escape;
		else if (place === stringEscape) place = byte === 0x5c ? ground : afterEscape(byte);
		else if (place === escape) place = byte >= 0x20 && byte < 0x30 ? escape : afterEscape(byte);
		else if (place === csi) place = byte >= 0x40 && byte < 0x7f ? ground : csi;
		else if (place === string) place = byte === 0x07 ? ground : string;
		else if (byte >= 0xc2 && byte < 0xf5) letterRest = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
		else letterRest = byte >= 0x80 && letterRest > 0 ? letterRest - 1 : 0;
	};

	return {
		pass(bytes: Uint8Array): void {
			for (const byte of bytes) step(byte);
		},
		isBetween: (): boolean => place === ground && letterRest === 0,
		/** The stream ended, wherever it stood. */
		reset(): void {
			place = ground;
			letterRest = 0;
		},
	};
};

const afterEscape = (byte: number): Place => {
	if (byte === 0x5b) return csi;
	// OSC, DCS, SOS, PM and APC are ended by ST.
	if ([0x5d, 0x50, 0x58, 0x5e, 0x5f].includes(byte)) return string;
	return byte < 0x20 ? escape : ground;
};
