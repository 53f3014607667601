// Command notices writes the licence texts of all modules that the program links: what
// their licences ask to be given on with a binary.
//
//	go run ./internal/sbom/notices -o THIRD_PARTY_NOTICES.txt
//
// It reads the module cache, so `go mod download` has to have run.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

func main() {
	out := flag.String("o", "", "file to write; standard output by default")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "notices:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	modules, err := linked("./cmd/readout")
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := write(&b, modules); err != nil {
		return err
	}
	if out == "" {
		_, err := os.Stdout.Write(b.Bytes())
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	return os.WriteFile(out, b.Bytes(), 0o644)
}

// module is a module that the program links.
type module struct{ Path, Version, Dir string }

// linked are the modules of the packages that main imports, on any of the
// systems that are released for, by path.
func linked(main string) ([]module, error) {
	byPath := map[string]module{}
	for _, system := range []string{"linux", "darwin", "windows", "freebsd"} {
		cmd := exec.Command("go", "list", "-deps", "-json=Module", main)
		cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		b, err := cmd.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w: %s", system, err, stderr.Bytes())
		}
		for dec := json.NewDecoder(bytes.NewReader(b)); ; {
			var pkg struct {
				Module *struct {
					module
					Main bool
				}
			}
			if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return nil, err
			}
			if m := pkg.Module; m != nil && !m.Main { // nil: of the standard library
				byPath[m.Path] = m.module
			}
		}
	}
	var out []module
	for _, m := range byPath {
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b module) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(licen[sc]e|copying|notice|patents)`)

// texts are the files of a module that speak of its licence, by name.
func (m *module) texts() (map[string]string, error) {
	files, err := os.ReadDir(m.Dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; run “go mod download”", m.Path, err)
	}
	out := map[string]string{}
	for _, f := range files {
		if f.IsDir() || !licenceFile.MatchString(f.Name()) {
			continue
		}
		b, err := os.ReadFile(filepath.Join(m.Dir, f.Name()))
		if err != nil {
			return nil, err
		}
		out[f.Name()] = string(b)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s %s has no licence text in %s", m.Path, m.Version, m.Dir)
	}
	return out, nil
}

// write writes the notices.
func write(w io.Writer, modules []module) error {
	for _, m := range modules {
		texts, err := m.texts()
		if err != nil {
			return err
		}
		var names []string
		for name := range texts {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if _, err := fmt.Fprintf(w, "%s %s, %s\n%s\n\n%s\n\n", m.Path, m.Version, name, strings.Repeat("-", 72), strings.TrimSpace(texts[name])); err != nil {
				return err
			}
		}
	}
	return nil
}
