package link

import "unsafe"

// InRegions links docs in regions, whatever their number.
var InRegions = inRegions

// Together reports whether two reports of a linker that is closed are of one region.
func (l *Linker) Together(a, b string) bool { return l.owner[a] == l.owner[b] }

// Lies reports whether s is cut from text.
func Lies(s, text string) bool {
	at, from := uintptr(unsafe.Pointer(unsafe.StringData(s))), uintptr(unsafe.Pointer(unsafe.StringData(text)))
	return s != "" && at >= from && at < from+uintptr(len(text))
}
