package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/readout-news/readout/internal/torture"
)

const root = "../.."

// copyModule copies what the program is built from to dir, as a checkout
// elsewhere has it.
func copyModule(t *testing.T, dir string) {
	t.Helper()
	files, err := osexec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "*.go", "go.mod", "go.sum", "*.s", "models", "lexicons", "examples", "internal").Output()
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("git does not list what the program is built from: %v", err)
		}
		t.Skipf("this is no checkout of git: %v", err)
	}
	for _, name := range strings.Split(strings.TrimRight(string(files), "\x00"), "\x00") {
		if strings.HasSuffix(name, "_test.go") || strings.Contains(name, "/testdata/") {
			continue
		}
		to := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) { // removed, not yet committed
			continue
		} else if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Two builders at different places give the same bytes (R34). Beyond the form
// for every change each of them compiles everything anew.
func TestBuildIsReproducible(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program twice")
	}
	var sums []string
	for _, name := range []string{"one", "two/further/down"} {
		dir := filepath.Join(t.TempDir(), name)
		copyModule(t, dir)
		out := filepath.Join(t.TempDir(), "readout")
		cmd := osexec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X github.com/readout-news/readout/internal/cli.Version=1.2.3", "-o", out, "./cmd/readout")
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
		if torture.Length() != "change" {
			cmd.Env = append(cmd.Env, "GOCACHE="+t.TempDir())
		}
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("go build in %s: %v\n%s", dir, err, b)
		}
		f, err := os.Open(out)
		if err != nil {
			t.Fatal(err)
		}
		h := sha256.New()
		if _, err := io.Copy(h, f); err != nil {
			t.Fatal(err)
		}
		f.Close()
		sums = append(sums, fmt.Sprintf("%x", h.Sum(nil)))
	}
	if sums[0] != sums[1] {
		t.Errorf("two builds differ: SHA-256 %s and %s", sums[0], sums[1])
	}
	different := slices.Clone(sums)
	slices.Sort(different)
	torture.Counted(t, "R34", len(sums), "builds at different places", fmt.Sprintf("%d SHA-256", len(slices.Compact(different))))
}

// The configuration of the release names what is there.
func TestReleaseConfig(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Before struct{ Hooks []string }
		Builds []struct {
			Main    string
			Env     []string
			Flags   []string
			Ldflags []string
			Mod     string `yaml:"mod_timestamp"`
			Goos    []string
		}
		Archives []struct{ Files []any }
		Checksum struct{ Algorithm string }
		Sboms    []map[string]any
		Signs    []map[string]any
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Builds) != 1 {
		t.Fatalf("%d builds, want one", len(file.Builds))
	}
	build := file.Builds[0]
	if !slices.Contains(build.Env, "CGO_ENABLED=0") || !slices.Contains(build.Flags, "-trimpath") || build.Mod != "{{ .CommitTimestamp }}" {
		t.Errorf("the build is not one that others can repeat: %+v", build)
	}
	variable := regexp.MustCompile(`-X github\.com/readout-news/readout/(\S+)\.(\w+)=`).FindStringSubmatch(strings.Join(build.Ldflags, " "))
	if variable == nil {
		t.Fatalf("no version is set: %q", build.Ldflags)
	}
	version, err := os.ReadFile(filepath.Join(root, variable[1], "version.go"))
	if err != nil || !strings.Contains(string(version), "var "+variable[2]+" = ") {
		t.Errorf("%s has no variable %s: %v", variable[1], variable[2], err)
	}
	paths := []string{build.Main}
	for _, f := range file.Archives[0].Files {
		if name, ok := f.(string); ok {
			paths = append(paths, name)
		}
	}
	for _, hook := range file.Before.Hooks {
		if f := strings.Fields(hook); f[0] == "go" && f[1] == "run" {
			paths = append(paths, f[2])
		}
	}
	for _, path := range paths {
		if _, err := os.Stat(filepath.Join(root, path)); err != nil {
			t.Errorf("the release names what is not there: %v", err)
		}
	}
	if file.Checksum.Algorithm != "sha256" || len(file.Sboms) == 0 || len(file.Signs) == 0 {
		t.Error("a release has checksums of SHA-256, a bill of materials and signatures")
	}
	// It builds for every system that it names.
	if torture.Length() == "change" {
		return
	}
	built := 0
	for _, system := range build.Goos {
		cmd := osexec.Command("go", "build", "-o", os.DevNull, build.Main)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOARCH="+runtime.GOARCH, "GOOS="+system)
		if b, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("for %s: %v\n%s", system, err, b)
			continue
		}
		built++
	}
	torture.Counted(t, "R34", len(build.Goos), "systems built for", fmt.Sprintf("%d build", built))
}

// SECURITY.md says how to reach us in private and within how many days we
// answer (R36), and the threat model is where it points to.
func TestSecurityPolicy(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(root, "SECURITY.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"in private", "Within 3 days", "Within 30 days", "CVE", "docs/security.md", "docs/promises.md"} {
		if !strings.Contains(string(b), want) {
			t.Errorf("SECURITY.md does not say %q", want)
		}
	}
	model, err := os.ReadFile(filepath.Join(root, "docs/security.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`readout ([a-z]+)").FindAllStringSubmatch(string(model), -1) {
		understood(t, []string{m[1]})
	}
}
