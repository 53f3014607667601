package room

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestControlGroup(t *testing.T) {
	for name, c := range map[string]struct {
		self  string
		files map[string]string
		want  int64
	}{
		"version 2":             {"0::/desk/readout\n", map[string]string{"desk/readout/memory.max": "268435456\n"}, 256 << 20},
		"version 2, above":      {"0::/desk/readout\n", map[string]string{"desk/readout/memory.max": "max\n", "desk/memory.max": "1048576\n"}, 1 << 20},
		"version 2, least":      {"0::/desk/readout\n", map[string]string{"desk/readout/memory.max": "2048\n", "desk/memory.max": "1024\n"}, 1024},
		"version 2, container":  {"0::/\n", map[string]string{"memory.max": "4096\n"}, 4096},
		"version 1":             {"5:cpu:/a\n4:memory:/desk\n0::/\n", map[string]string{"memory/desk/memory.limit_in_bytes": "8192\n"}, 8192},
		"version 1, none":       {"4:memory:/\n", map[string]string{"memory/memory.limit_in_bytes": "9223372036854771712\n"}, 0},
		"version 1, of the cpu": {"4:cpu:/desk\n", map[string]string{"cpu/desk/memory.max": "1\n"}, 0},
		"none":                  {"0::/desk\n", nil, 0},
		"damaged":               {"what\n::\n", map[string]string{"memory.max": "what"}, 0},
	} {
		dir := t.TempDir()
		self := filepath.Join(dir, "self")
		if err := os.WriteFile(self, []byte(c.self), 0o600); err != nil {
			t.Fatal(err)
		}
		for file, text := range c.files {
			file = filepath.Join(dir, "root", file)
			if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if got := controlGroup(self, filepath.Join(dir, "root")); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func TestEnough(t *testing.T) {
	for _, c := range []struct {
		memory, addresses int64
		ok                bool
	}{{0, 0, true}, {128 << 20, 0, false}, {256 << 20, 0, true}, {0, 1 << 30, false}, {0, 8 << 30, true}} {
		if err := enough(c.memory, c.addresses); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrMemory) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
