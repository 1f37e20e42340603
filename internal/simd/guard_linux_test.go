package simd

import (
	"syscall"
	"testing"
	"unsafe"
)

// guarded returns n float32 (or as many bytes as 4n) between two pages that
// must not be touched: they end at the second, or begin after the first.
func guarded(t testing.TB, n int, atEnd bool) []float32 {
	t.Helper()
	page := syscall.Getpagesize()
	inner := (4*n + page - 1) / page * page
	inner = max(inner, page)
	mem, err := syscall.Mmap(-1, 0, inner+2*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	for _, guard := range [][]byte{mem[:page], mem[page+inner:]} {
		if err := syscall.Mprotect(guard, syscall.PROT_NONE); err != nil {
			t.Fatal(err)
		}
	}
	if n == 0 {
		return nil
	}
	off := page
	if atEnd {
		off = page + inner - 4*n
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&mem[off])), n)
}

const haveGuards = true
