"""Launcher of every child process: it confines itself, then becomes the real program.

Run as `python -I -S launcher.py PARENT_PID LIMITS FOLDER... -- PROGRAM ARG...` by `child_process`. LIMITS is
`memory:cpu:file:files:forks`; each FOLDER, an absolute path, is one the program may write to. Doing this in a program
of its own, rather than between fork and exec in the parent, is safe in a parent with threads and costs about 15 ms.
It imports nothing of Medley.

Resource limits bind everywhere. The system call filter (seccomp) and the confinement of writing (Landlock, Linux 5.13)
are what the kernel offers: where it has neither, the program runs without, and `child_process.confinement` says so.
"""

import ctypes
import os
import resource
import struct
import sys

PR_SET_PDEATHSIG = 1
SIGKILL = 9  # everywhere; `signal` is slow to import, as `enum` is
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
CAPABILITIES = 64  # numbers there can be
CAPABILITIES_KEPT = {1, 2}  # to read files of others, as before: DAC_OVERRIDE, DAC_READ_SEARCH
SECCOMP_MODE_FILTER = 2
THREADS = 256  # a program may have; see limit_threads

# Classic BPF over `struct seccomp_data` (linux/seccomp.h): number at 0, architecture at 4, arguments from 16 on.
LOAD, EQUAL, AT_LEAST, HAS_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, FIRST_ARGUMENT = 0, 4, 16
ALLOW, REFUSE, UNKNOWN = (
    0x7FFF0000,
    0x00050000 | 1,
    0x00050000 | 38,
)  # EPERM; ENOSYS: the C library tries the older call
CLONE_THREAD = 0x10000
X32 = 0x40000000  # numbers of another ABI of the same processors

# (audit architecture, then the numbers of calls): to open sockets, to reach other processes, to leave the confinement.
MACHINES = {
    "x86_64": (
        0xC000003E,
        {"clone": 56, "clone3": 435, "tgkill": 234},
        {"fork": 57, "vfork": 58},
        {"socket": 41, "ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "kill": 62, "tkill": 200}
        | {"rt_sigqueueinfo": 129, "unshare": 272, "setns": 308, "mount": 165, "bpf": 321, "keyctl": 250},
    ),
    "aarch64": (
        0xC00000B7,
        {"clone": 220, "clone3": 435, "tgkill": 131},
        {},
        {"socket": 198, "ptrace": 117, "process_vm_readv": 270, "process_vm_writev": 271, "kill": 129, "tkill": 130}
        | {"rt_sigqueueinfo": 138, "unshare": 97, "setns": 268, "mount": 40, "bpf": 280, "keyctl": 219},
    ),
}
EVERYWHERE = {"pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_getfd": 438}

LANDLOCK_CREATE_RULESET, LANDLOCK_ADD_RULE, LANDLOCK_RESTRICT_SELF = 444, 445, 446
WRITE_FILE = 1 << 1
CHANGES = WRITE_FILE | sum(1 << bit for bit in range(4, 13))  # removing and making entries of every type
CHANGES_SINCE = {2: 1 << 13, 3: 1 << 14}  # by version of Landlock: linking elsewhere, truncating
NET_SINCE, SCOPE_SINCE = 4, 6
TCP = 0b11  # bind, connect
SIGNALS_AND_ABSTRACT_SOCKETS = 0b11


def limit(name: int, value: int) -> None:
    """Lower one limit, soft and hard; never raises one the parent already set lower."""
    hard = resource.getrlimit(name)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(name, (value, value))


def limit_threads() -> None:
    """The kernel counts all threads of a user, so what there is on the whole machine comes on top; root is exempt."""
    with open("/proc/loadavg") as file:  # noqa: PTH123 - pathlib is slow to import
        running = int(file.read().split()[3].split("/")[1])
    limit(resource.RLIMIT_NPROC, running + THREADS)


def drop_capabilities() -> None:
    """What root may do beyond reading files is gone after the next exec; anyone else has none of it."""
    libc = ctypes.CDLL(None)
    for capability in set(range(CAPABILITIES)) - CAPABILITIES_KEPT:
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


def filter_calls(*, forks: bool) -> None:
    """No sockets, no other processes (threads are allowed, and processes too if `forks`), signals to itself alone."""
    machine = os.uname().machine
    if machine not in MACHINES:
        return
    architecture, special, new_processes, refused = MACHINES[machine]
    numbers = [*refused.values(), *EVERYWHERE.values(), *(() if forks else new_processes.values())]
    program = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, REFUSE), (LOAD, 0, 0, NUMBER)]
    program += [(AT_LEAST, 0, 1, X32), (RETURN, 0, 0, UNKNOWN)]
    for number in numbers:
        program += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    program += _unless(special["tgkill"], (EQUAL, 1, 0, os.getpid()))
    if not forks:
        program += [(EQUAL, 0, 1, special["clone3"]), (RETURN, 0, 0, UNKNOWN)]
        program += _unless(special["clone"], (HAS_BITS, 1, 0, CLONE_THREAD))
    program += [(RETURN, 0, 0, ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    pointer = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    ctypes.CDLL(None).prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, pointer, 0, 0)


def _unless(number: int, condition: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """Refuse a call unless `condition` (that skips one line if it holds) is true of its first argument."""
    return [
        (EQUAL, 0, 4, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        condition,
        (RETURN, 0, 0, REFUSE),
        (RETURN, 0, 0, ALLOW),
    ]


def confine_writes(folders: list[str]) -> None:
    """Nothing outside `folders` can be written, and no other process be looked into (its environment, its memory)."""
    libc = ctypes.CDLL(None)
    version = libc.syscall(LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    changes = CHANGES + sum(bits for since, bits in CHANGES_SINCE.items() if version >= since)
    rules = struct.pack("Q", changes)
    rules += struct.pack("Q", TCP) if version >= NET_SINCE else b""
    rules += struct.pack("Q", SIGNALS_AND_ABSTRACT_SOCKETS) if version >= SCOPE_SINCE else b""
    ruleset = libc.syscall(LANDLOCK_CREATE_RULESET, rules, len(rules), 0)
    for folder, allowed in [("/dev/null", WRITE_FILE), *((folder, changes) for folder in folders)]:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
        libc.syscall(LANDLOCK_ADD_RULE, ruleset, 1, struct.pack("=Qi", allowed, descriptor), 0)
        os.close(descriptor)
    libc.syscall(LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def main(arguments: list[str]) -> None:
    parent, limits, *rest = arguments
    separator = rest.index("--")
    folders, program = rest[:separator], rest[separator + 1 :]
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the line above: nobody would ever stop us
        raise SystemExit("the parent is gone")
    memory, cpu, file, files, forks = (int(value) for value in limits.split(":"))
    limit(resource.RLIMIT_CPU, cpu)
    limit(resource.RLIMIT_FSIZE, file)
    limit(resource.RLIMIT_NOFILE, files)
    limit(resource.RLIMIT_CORE, 0)
    limit_threads()
    drop_capabilities()
    confine_writes(folders)
    filter_calls(forks=bool(forks))
    limit(resource.RLIMIT_AS, memory)
    os.execv(program[0], program)  # noqa: S606 - an argv list of our own making, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
