package models

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"testing"
)

// Each model's MODEL.md names the very file that ships, its data and its
// licence; together the models stay within 40 MB.
func TestModelCards(t *testing.T) {
	total := 0
	err := fs.WalkDir(FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.Contains(name, "/") || path.Base(name) == "MODEL.md" {
			return err
		}
		b, err := fs.ReadFile(FS, name)
		if err != nil {
			return err
		}
		total += len(b)
		card, err := fs.ReadFile(FS, path.Dir(name)+"/MODEL.md")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			return nil
		}
		sum := sha256.Sum256(b)
		if !strings.Contains(string(card), hex.EncodeToString(sum[:])) {
			t.Errorf("%s/MODEL.md does not name the SHA-256 of %s, %x", path.Dir(name), path.Base(name), sum)
		}
		for _, word := range []string{"licen", "go run ./cmd/train"} {
			if !strings.Contains(strings.ToLower(string(card)), word) {
				t.Errorf("%s/MODEL.md says nothing of %q", path.Dir(name), word)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if total > 40<<20 {
		t.Errorf("the models take %d bytes, want at most 40 MB", total)
	}
}
