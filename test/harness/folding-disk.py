"""A file system that takes names which differ only in case or Unicode form as one, as macOS's does.

It keeps the spelling of whoever made a name, and shows the folder SOURCE at MOUNTPOINT. Prints
`mounted` when it can be used; ends when it is unmounted.
"""

import errno
import os
import sys
import unicodedata

from fusepy import FUSE, FuseOSError, Operations


def folded(name):
    return unicodedata.normalize("NFD", unicodedata.normalize("NFC", name).casefold())


class FoldingDisk(Operations):
    def __init__(self, source):
        self.source = source

    def init(self, path):
        print("mounted", flush=True)

    def __call__(self, operation, *arguments):
        try:
            return super().__call__(operation, *arguments)
        except OSError as error:
            raise FuseOSError(error.errno) from error

    def real(self, path):
        """Where it is, by the names that are there; a name that is not, as it is spelled."""
        at = self.source
        for name in path.split("/")[1:]:
            if name:
                at = os.path.join(at, self.spelled(at, name))
        return at

    def spelled(self, folder, name):
        if not os.path.lexists(os.path.join(folder, name)):
            try:
                for other in os.listdir(folder):
                    if folded(other) == folded(name):
                        return other
            except (FileNotFoundError, NotADirectoryError):
                pass
        return name

    def getattr(self, path, handle=None):
        stat = os.lstat(self.real(path))
        keys = ("atime", "ctime", "gid", "ino", "mode", "mtime", "nlink", "size", "uid")
        found = {f"st_{key}": getattr(stat, f"st_{key}") for key in keys}
        for key in ("atime", "ctime", "mtime"):
            found[f"st_{key}"] = getattr(stat, f"st_{key}_ns")
        return found

    def readdir(self, path, handle):
        return [".", "..", *os.listdir(self.real(path))]

    def readlink(self, path):
        return os.readlink(self.real(path))

    def mkdir(self, path, mode):
        os.mkdir(self.real(path), mode)

    def rmdir(self, path):
        os.rmdir(self.real(path))

    def unlink(self, path):
        os.unlink(self.real(path))

    def symlink(self, path, target):
        os.symlink(target, self.real(path))

    def link(self, path, target):
        os.link(self.real(target), self.real(path))

    def rename(self, old, new):
        source, target = self.real(old), self.real(new)
        # The same entry under another spelling takes that.
        if source == target:
            target = os.path.join(os.path.dirname(target), os.path.basename(new))
        os.rename(source, target)

    def chmod(self, path, mode):
        os.chmod(self.real(path), mode)

    def chown(self, path, uid, gid):
        os.lchown(self.real(path), uid, gid)

    def utimens(self, path, times=None):
        os.utime(self.real(path), ns=times, follow_symlinks=False)

    def truncate(self, path, length, handle=None):
        os.truncate(self.real(path), length)

    def open(self, path, flags):
        return os.open(self.real(path), flags)

    def create(self, path, mode, info=None):
        return os.open(self.real(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)

    def read(self, path, size, offset, handle):
        return os.pread(handle, size, offset)

    def write(self, path, data, offset, handle):
        return os.pwrite(handle, data, offset)

    def fsync(self, path, datasync, handle):
        os.fsync(handle)

    def release(self, path, handle):
        os.close(handle)

    def statfs(self, path):
        stat = os.statvfs(self.source)
        keys = ("bavail", "bfree", "blocks", "bsize", "favail", "ffree", "files", "frsize", "namemax")
        return {f"f_{key}": getattr(stat, f"f_{key}") for key in keys}


FoldingDisk.use_ns = True
FUSE(
    FoldingDisk(sys.argv[1]),
    sys.argv[2],
    foreground=True,
    nothreads=True,
    use_ino=True,
    hard_remove=True,
    # A name that went under one spelling must not be remembered under another.
    entry_timeout=0,
    attr_timeout=0,
    negative_timeout=0,
)
