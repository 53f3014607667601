package corpus

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"strings"
)

// NewsTexts calls yield with every plain news text that word vectors may be
// trained on, in a fixed order: PolNeAR train, TimeBank and AQUAINT, the
// political reports of neardup and the train part of AllSides. Development
// parts are left out, and a report that two collections share comes once.
func NewsTexts(data string, yield func(text string) error) error {
	seen := map[uint64]bool{}
	for _, name := range []string{
		"attribution/polnear_train.jsonl", "temporal/timebank.jsonl", "temporal/aquaint.jsonl",
		"neardup/abp_docs.jsonl", "stories/allsides_train.jsonl",
	} {
		if err := jsonTexts(filepath.Join(data, name), func(text string) error {
			if key := textKey(text); !seen[key] {
				seen[key] = true
				return yield(text)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// textKey tells texts apart by the letters of their first 400 bytes: copies of
// a report often differ in white space and in what follows its end.
func textKey(text string) uint64 {
	h := fnv.New64a()
	for _, f := range strings.Fields(text[:min(len(text), 400)]) {
		h.Write([]byte(f))
	}
	return h.Sum64()
}

// jsonTexts calls yield with the text field of every line of a JSON-lines file.
func jsonTexts(path string, yield func(string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	sc := bufio.NewScanner(f)
	sc.Buffer(make([]byte, 1<<20), 1<<26)
	for line := 1; sc.Scan(); line++ {
		if len(bytes.TrimSpace(sc.Bytes())) == 0 {
			continue
		}
		var d struct{ Text string }
		if err := json.Unmarshal(sc.Bytes(), &d); err != nil {
			return fmt.Errorf("read %s: line %d: %w", path, line, err)
		}
		if err := yield(d.Text); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("read %s: %w", path, err)
	}
	return nil
}
