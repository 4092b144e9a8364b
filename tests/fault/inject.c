/* Makes the N-th call that touches a file beneath a folder fail, or kills the process there.
 *
 * Build: gcc -shared -fPIC -O1 -o inject.so inject.c -ldl          Use: LD_PRELOAD=inject.so with
 *   FAULT_UNDER  the folder, absolute
 *   FAULT_N      which call, from 1; 0 lets all through
 *   FAULT_MODE   kill | enospc | eio | eperm | short
 *   FAULT_COUNT  a file that gets the number of calls when the process ends by itself
 *
 * A kill comes before the call; of a write it lets half through first. short lets half of a write through and says so.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST = 65536 };

static char watched[MOST];
static long calls;

#define REAL(type, name, ...) \
    static type (*real)(__VA_ARGS__); \
    if (!real) real = (type (*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name)

static const char *setting(const char *name, const char *otherwise) {
    const char *found = getenv(name);
    return found ? found : otherwise;
}

static int mode_is(const char *name) { return strcmp(setting("FAULT_MODE", "kill"), name) == 0; }

static int beneath(const char *path) {
    const char *folder = setting("FAULT_UNDER", "");
    char here[8192], full[16384];
    if (!*folder || !path) return 0;
    if (*path == '/') snprintf(full, sizeof full, "%s", path);
    else if (getcwd(here, sizeof here)) snprintf(full, sizeof full, "%s/%s", here, path);
    else return 0;
    return strncmp(full, folder, strlen(folder)) == 0;
}

static int watching(int fd) { return fd >= 0 && fd < MOST && watched[fd]; }

static int now(void) { return ++calls == atol(setting("FAULT_N", "0")); }

/* Whether this call fails, with errno set; does not return where the process is to die. */
static int fails(void) {
    if (!now()) return 0;
    if (mode_is("kill")) kill(getpid(), SIGKILL);
    if (mode_is("short")) return 0;
    errno = mode_is("enospc") ? ENOSPC : mode_is("eperm") ? EPERM : EIO;
    return 1;
}

__attribute__((destructor)) static void report(void) {
    const char *path = getenv("FAULT_COUNT");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld\n", calls);
        fclose(file);
    }
}

static int watch(int fd, int is) {
    if (fd >= 0 && fd < MOST) watched[fd] = (char)is;
    return fd;
}

#define MODE_OF(flags, mode) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list rest; va_start(rest, flags); mode = va_arg(rest, mode_t); va_end(rest); }

#define OPEN(name) \
    int name(const char *path, int flags, ...) { \
        MODE_OF(flags, mode) \
        REAL(int, name, const char *, int, ...); \
        int mine = beneath(path); \
        if (mine && fails()) return -1; \
        return watch(real(path, flags, mode), mine); \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(name) \
    int name(int folder, const char *path, int flags, ...) { \
        MODE_OF(flags, mode) \
        REAL(int, name, int, const char *, int, ...); \
        int mine = (folder == AT_FDCWD || *path == '/') ? beneath(path) : watching(folder); \
        if (mine && fails()) return -1; \
        return watch(real(folder, path, flags, mode), mine); \
    }
OPENAT(openat)
OPENAT(openat64)

ssize_t read(int fd, void *data, size_t size) {
    REAL(ssize_t, read, int, void *, size_t);
    return watching(fd) && fails() ? -1 : real(fd, data, size);
}

ssize_t write(int fd, const void *data, size_t size) {
    REAL(ssize_t, write, int, const void *, size_t);
    if (!watching(fd)) return real(fd, data, size);
    int next = calls + 1 == atol(setting("FAULT_N", "0"));
    ssize_t half = 0;
    if (next && size > 1 && (mode_is("kill") || mode_is("short"))) half = real(fd, data, size / 2);
    if (fails()) return -1;
    return half ? half : real(fd, data, size);
}

int close(int fd) {
    REAL(int, close, int);
    if (!watching(fd)) return real(fd);
    watched[fd] = 0;
    int failed = fails(), why = errno, answer = real(fd);
    if (!failed) return answer;
    errno = why;
    return -1;
}

#define ON_DESCRIPTOR(name, parameters, ...) \
    int name parameters { \
        REAL(int, name, TYPES_##name); \
        return watching(fd) && fails() ? -1 : real(__VA_ARGS__); \
    }
#define TYPES_fsync int
#define TYPES_fdatasync int
#define TYPES_fchmod int, mode_t
#define TYPES_fchown int, uid_t, gid_t
#define TYPES_ftruncate int, off_t
#define TYPES_fsetxattr int, const char *, const void *, size_t, int
ON_DESCRIPTOR(fsync, (int fd), fd)
ON_DESCRIPTOR(fdatasync, (int fd), fd)
ON_DESCRIPTOR(fchmod, (int fd, mode_t mode), fd, mode)
ON_DESCRIPTOR(fchown, (int fd, uid_t user, gid_t group), fd, user, group)
ON_DESCRIPTOR(ftruncate, (int fd, off_t size), fd, size)
ON_DESCRIPTOR(fsetxattr, (int fd, const char *name, const void *value, size_t size, int flags), fd, name, value, size, flags)

#define ON_PATH(name, parameters, ...) \
    int name parameters { \
        REAL(int, name, TYPES_##name); \
        return beneath(path) && fails() ? -1 : real(__VA_ARGS__); \
    }
#define TYPES_rename const char *, const char *
#define TYPES_unlink const char *
#define TYPES_mkdir const char *, mode_t
#define TYPES_chmod const char *, mode_t
#define TYPES_chown const char *, uid_t, gid_t
#define TYPES_link const char *, const char *
ON_PATH(rename, (const char *path, const char *to), path, to)
ON_PATH(unlink, (const char *path), path)
ON_PATH(mkdir, (const char *path, mode_t mode), path, mode)
ON_PATH(chmod, (const char *path, mode_t mode), path, mode)
ON_PATH(chown, (const char *path, uid_t user, gid_t group), path, user, group)
ON_PATH(link, (const char *path, const char *to), path, to)
