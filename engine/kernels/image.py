"""Machine code in memory from an object file, without the compiler that made it.

An object file (ELF, x86-64) is code and data with places to fill in: addresses of its own parts and of a few
functions outside. To load it is to lay the parts one after another and fill in the places. The format:
System V Application Binary Interface, chapters 4 and 5, and its AMD64 supplement, section 4.4.
"""

from __future__ import annotations

import ctypes
import mmap
import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

HEADER, SECTION, SYMBOL, RELOCATION = "<16xHHIQQQIHHHHHH", "<IIQQQQIIQQ", "<IBBHQQ", "<QQq"
RELOCATABLE, X86_64 = 1, 62
SYMBOLS, RELOCATIONS, NO_BITS = 2, 4, 8
ALLOCATED, EXECUTABLE = 2, 4
UNDEFINED, ABSOLUTE, COMMON = 0, 0xFFF1, 0xFFF2
WEAK = 2
ADDRESS_64, RELATIVE_32, CALL_32, RELATIVE_64 = 1, 2, 4, 24
UNWINDING = ".eh_frame"
"""How to unwind the stack: nothing here raises through compiled code."""
LARGEST = 64 * 1024 * 1024
"""Bytes of code, or of its data."""


class Section(NamedTuple):
    """A section header."""

    name: int
    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int
    info: int
    alignment: int
    entry: int


class Symbol(NamedTuple):
    """An entry of the symbol table."""

    name: str
    weak: bool
    section: int
    value: int
    size: int


class ObjectFile:
    """The parts of an object file. Raises ValueError on anything but a whole ELF object for x86-64."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        try:
            if content[:6] != b"\x7fELF\x02\x01":
                raise ValueError("not a 64-bit little-endian ELF file")
            kind, machine, *_, table, _, _, _, _, entry, count, names = struct.unpack_from(HEADER, content)
            if (kind, machine, entry) != (RELOCATABLE, X86_64, struct.calcsize(SECTION)):
                raise ValueError("not an object file for x86-64")
            self.sections = [
                Section(*struct.unpack_from(SECTION, content, table + i * entry)) for i in range(count)
            ]
            self.names = [self._text(names, section.name) for section in self.sections]
            self.symbols = list(self._symbols())
            for section in self.sections:
                if section.kind != NO_BITS and section.offset + section.size > len(content):
                    raise ValueError("a section ends behind the file")
            self.relocations = list(self._relocations())
            """(section, offset, kind, symbol, addend) of each place to fill in."""
        except (struct.error, IndexError, OverflowError, UnicodeDecodeError) as error:
            raise ValueError(f"damaged: {error}") from None

    def data(self, section: Section) -> bytes:
        """What a section holds."""
        return self.content[section.offset : section.offset + section.size]

    def _relocations(self) -> Iterator[tuple[int, int, int, int, int]]:
        for section in self.sections:
            target = section.info
            if section.kind != RELOCATIONS or not self._is_loaded(target):
                continue
            for offset, info, addend in struct.iter_unpack(RELOCATION, self.data(section)):
                yield target, offset, info & 0xFFFFFFFF, info >> 32, addend

    def loaded(self) -> Iterator[int]:
        """Indices of the sections that go into memory, code first."""
        wanted = [i for i in range(len(self.sections)) if self._is_loaded(i)]
        yield from sorted(wanted, key=lambda i: not self.sections[i].flags & EXECUTABLE)

    def _is_loaded(self, index: int) -> bool:
        there = index < len(self.sections) and self.sections[index].flags & ALLOCATED
        return bool(there) and self.names[index] != UNWINDING

    def _text(self, table: int, at: int) -> str:
        start = self.sections[table].offset + at
        return self.content[start : self.content.index(b"\0", start)].decode("ascii")

    def _symbols(self) -> Iterator[Symbol]:
        for section in self.sections:
            if section.kind == SYMBOLS:
                for name, info, _, index, value, size in struct.iter_unpack(SYMBOL, self.data(section)):
                    yield Symbol(self._text(section.link, name), info >> 4 == WEAK, index, value, size)


class Image:
    """An object file's code and data, in memory for as long as this lives."""

    def __init__(self, content: bytes, outside: Callable[[str], int]) -> None:
        """``outside`` gives the address of a function that the code calls, by name; it may raise.

        Raises ValueError where the file is none, or holds what this cannot load.
        """
        source = ObjectFile(content)
        offsets, common, code_end, end = _laid_out(source)
        self._memory = mmap.mmap(-1, _up(max(end, 1), mmap.PAGESIZE), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self._base = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        for index, start in offsets.items():
            section = source.sections[index]
            if section.kind != NO_BITS:
                self._memory[start : start + section.size] = source.data(section)
        places = offsets | common
        found = [self._address(symbol, places, i, outside) for i, symbol in enumerate(source.symbols)]
        self._functions = {
            symbol.name: address
            for symbol, address in zip(source.symbols, found, strict=True)
            if symbol.section in offsets and address is not None
        }
        for index, offset, kind, number, addend in source.relocations:
            target = found[number] if number < len(found) else None
            if target is None or index not in offsets or offset + 8 > source.sections[index].size + 4:
                raise ValueError("damaged: a place to fill in, or what goes there, lies nowhere")
            self._fill(offsets[index] + offset, kind, target + addend)
        protect(self._base, code_end)

    def address(self, name: str) -> int:
        """Where a function of the file lies. Raises KeyError where it has none of that name."""
        return self._functions[name]

    def _address(
        self, symbol: Symbol, places: dict[int, int], number: int, outside: Callable[[str], int]
    ) -> int | None:
        """Where a symbol lies; None for what is not loaded. ``places``: see ``_laid_out``."""
        if symbol.section == COMMON:
            return self._base + places[~number]
        if symbol.section == ABSOLUTE:
            return symbol.value
        if symbol.section == UNDEFINED and symbol.name:
            return 0 if symbol.weak else outside(symbol.name)
        if symbol.section in places:
            return self._base + places[symbol.section] + symbol.value
        return None

    def _fill(self, at: int, kind: int, value: int) -> None:
        try:
            if kind == ADDRESS_64:
                struct.pack_into("<Q", self._memory, at, value % 2**64)
            elif kind in (RELATIVE_32, CALL_32):
                struct.pack_into("<i", self._memory, at, value - self._base - at)
            elif kind == RELATIVE_64:
                struct.pack_into("<q", self._memory, at, value - self._base - at)
            else:
                raise ValueError(f"relocation {kind} is not known here")
        except struct.error as error:
            raise ValueError(f"what goes to {at} does not fit: {error}") from None


def _laid_out(source: ObjectFile) -> tuple[dict[int, int], dict[int, int], int, int]:
    """Places of sections, by index, and of symbols without one, by ~number; the ends of code and of all."""
    sections, common, end, code_end = {}, {}, 0, 0
    for index in source.loaded():
        section = source.sections[index]
        if section.size > LARGEST or section.alignment > mmap.PAGESIZE:
            raise ValueError("damaged: a section is larger than any code of ours")
        if not section.flags & EXECUTABLE and not code_end:
            code_end = end = _up(end, mmap.PAGESIZE)
        end = _up(end, max(1, section.alignment))
        sections[index] = end
        end += section.size
    code_end = code_end or _up(end, mmap.PAGESIZE)
    end = max(end, code_end)
    for number, symbol in enumerate(source.symbols):
        if symbol.section == COMMON:
            if symbol.size > LARGEST or symbol.value > mmap.PAGESIZE:
                raise ValueError("damaged: a variable is larger than any of ours")
            end = _up(end, max(1, symbol.value))
            common[~number] = end
            end += symbol.size
    return sections, common, code_end, end


def protect(address: int, size: int) -> None:
    """Let memory be run, and not written any more. Raises OSError where the system refuses."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.mprotect(ctypes.c_void_p(address), ctypes.c_size_t(size), mmap.PROT_READ | mmap.PROT_EXEC):
        raise OSError(ctypes.get_errno(), "compiled code may not be run")


def _up(value: int, step: int) -> int:
    return -(-value // step) * step
