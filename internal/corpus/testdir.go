package corpus

import (
	"os"
	"path/filepath"
)

// TB is the part of testing.TB that Dir needs.
type TB interface {
	Helper()
	Skipf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Dir is the folder of the corpora: $READOUT_DATA, else ../shared/data beside
// the module. Where it is absent the test is skipped, and fails if CI is set,
// so that no check is lost unseen.
func Dir(t TB) string {
	t.Helper()
	dir := os.Getenv("READOUT_DATA")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatalf("find the corpora: %v", err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil || root == filepath.Dir(root) {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("the corpora are not at %s and CI is set", dir)
		}
		t.Skipf("the corpora are not at %s", dir)
	}
	return dir
}
