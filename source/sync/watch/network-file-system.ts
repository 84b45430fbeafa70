import {statfsSync} from 'node:fs';
import process from 'node:process';
import {nativePath, type BytePath} from '../path.ts';

// The magic numbers of statfs(2) and linux/magic.h, of what other machines write to as well.
const networked = new Map<number, string>([
	[0x69_69, 'NFS'],
	[0x51_7b, 'SMB'],
	[0xff_53_4d_42, 'CIFS'],
	[0xfe_53_4d_42, 'SMB'],
	[0x01_02_19_97, '9p'],
	[0x65_73_55_46, 'FUSE, such as sshfs or virtiofs'],
	[0x53_46_41_4f, 'AFS'],
	[0x00_c3_64_00, 'Ceph'],
	[0x0b_d0_0b_d0, 'Lustre'],
	[0x19_83_03_26, 'BeeGFS'],
	[0x47_50_46_53, 'GPFS'],
	[0x01_16_19_70, 'GFS2'],
	[0x74_61_63_6f, 'OCFS2'],
	[0x78_6f_42_56, 'VirtualBox’s shared folders'],
]);

/**
 * What kind of file system a folder is on, where others than this machine may change it: what
 * they change brings no event here, though what this machine changes does.
 */
export const networkFileSystem = (folder: BytePath): string | undefined => {
	if (process.platform !== 'linux') return undefined;
	// A 32-bit number, which some systems give with its sign.
	return networked.get(statfsSync(nativePath(folder)).type >>> 0);
};
