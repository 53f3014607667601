package link

// InRegions links docs in regions, whatever their number.
var InRegions = inRegions

// Together reports whether two reports of a linker that is closed are of one region.
func (l *Linker) Together(a, b string) bool { return l.owner[a] == l.owner[b] }
