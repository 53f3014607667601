//go:build !linux && !darwin && !freebsd

package status

// diskFree is not known here.
func diskFree(string) float64 { return -1 }
