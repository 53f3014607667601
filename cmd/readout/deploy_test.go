package main

import (
	"bytes"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/readout-news/readout/internal/cli"
	"github.com/readout-news/readout/internal/limits"
)

const deploy = "../../deploy"

// understood checks that the program takes a command line: help is asked for, so
// that nothing is run, and a flag that is none is an error all the same.
func understood(t *testing.T, args []string) {
	t.Helper()
	var out bytes.Buffer
	env := cli.Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out}
	if code := cli.Main(append(slices.Clone(args), "--help"), env); code != 0 || !strings.Contains(out.String(), "readout "+args[0]) {
		t.Errorf("readout %s: exit code %d\n%s", strings.Join(args, " "), code, out.String())
	}
}

// pageProcess is the most that a process takes that takes pages apart: its own limit
// and the room that the system's leaves above it.
const pageProcess = limits.DocumentMemory + 64<<20

// memory reads a size as Docker, systemd and Go write it.
func memory(t *testing.T, s string) int64 {
	t.Helper()
	m := regexp.MustCompile(`^(\d+)(m|g|M|G|MiB|GiB)$`).FindStringSubmatch(s)
	if m == nil {
		t.Fatalf("%q is no size", s)
	}
	n, err := strconv.ParseInt(m[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	if strings.EqualFold(m[2][:1], "g") {
		n <<= 10
	}
	return n << 20
}

func TestCompose(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(deploy, "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	type service struct {
		Image       string
		Command     []string
		Environment map[string]string
		Ports       []string
		Secrets     []string
		ReadOnly    bool     `yaml:"read_only"`
		CapDrop     []string `yaml:"cap_drop"`
		SecurityOpt []string `yaml:"security_opt"`
		Grace       string   `yaml:"stop_grace_period"`
		Memory      string   `yaml:"mem_limit"`
		Deploy      struct{ Replicas int }
	}
	var file struct {
		Services map[string]service
		Secrets  map[string]struct{ File string }
	}
	if err := yaml.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"serve", "worker", "feeds"} {
		s := file.Services[name]
		understood(t, s.Command)
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Contains(s.SecurityOpt, "no-new-privileges:true") || s.Grace == "" {
			t.Errorf("%s runs with more rights than it needs: %+v", name, s)
		}
		if !strings.HasPrefix(s.Environment["READOUT_DB"], "postgres://") || strings.Contains(s.Environment["READOUT_DB"], "readout:") {
			t.Errorf("%s: store %q", name, s.Environment["READOUT_DB"])
		}
		if heap, all := memory(t, s.Environment["GOMEMLIMIT"]), memory(t, s.Memory); all < heap+2*pageProcess {
			t.Errorf("%s: %s does not hold a heap of %s and two processes that take pages apart", name, s.Memory, s.Environment["GOMEMLIMIT"])
		}
		for _, secret := range s.Secrets {
			if file.Secrets[secret].File == "" {
				t.Errorf("%s: there is no secret %s", name, secret)
			}
		}
	}
	if n := file.Services["feeds"].Deploy.Replicas; n > 1 {
		t.Errorf("%d programs follow the feeds", n)
	}
	if n := file.Services["worker"].Deploy.Replicas; n != 2 {
		t.Errorf("%d workers, want 2", n)
	}
	for _, p := range file.Services["postgres"].Ports {
		if !strings.HasPrefix(p, "127.0.0.1:") {
			t.Errorf("the database listens to other machines: %s", p)
		}
	}
	if image := file.Services["postgres"].Image; !regexp.MustCompile(`^postgres:\d+$`).MatchString(image) {
		t.Errorf("image of the database %q", image)
	}

	docker, err := os.ReadFile(filepath.Join(deploy, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`(?m)^USER (\d+):\d+$`).FindSubmatch(docker); m == nil || string(m[1]) == "0" {
		t.Error("the image runs as root")
	}
	for _, line := range strings.Split(string(docker), "\n") {
		if strings.HasPrefix(line, "RUN") || strings.HasPrefix(line, "ADD") || strings.HasPrefix(line, "FROM") && line != "FROM scratch" {
			t.Errorf("building the image asks the network: %s", line)
		}
	}
}

func TestUnits(t *testing.T) {
	units, err := filepath.Glob(filepath.Join(deploy, "systemd", "*.service"))
	if err != nil || len(units) != 3 {
		t.Fatalf("%v, %v", units, err)
	}
	dir := t.TempDir()
	for _, path := range units {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		set := map[string][]string{}
		section := ""
		for i, line := range strings.Split(string(b), "\n") {
			line = strings.TrimSpace(line)
			switch {
			case line == "" || strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
				section = line
			default:
				key, value, ok := strings.Cut(line, "=")
				if !ok || section == "" {
					t.Fatalf("%s:%d: %q is no setting", path, i+1, line)
				}
				set[key] = append(set[key], value)
			}
		}
		args := strings.Fields(strings.ReplaceAll(set["ExecStart"][0], "$READERS", "0"))
		if args[0] != "/usr/local/bin/readout" {
			t.Errorf("%s starts %s", path, args[0])
		}
		understood(t, args[1:])
		for key, want := range map[string]string{"User": "readout", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "Restart": "always", "CapabilityBoundingSet": "", "OOMPolicy": "continue"} {
			if got := set[key]; len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s=%v, want %q", path, key, got, want)
			}
		}
		if most := set["MemoryMax"]; len(most) > 0 {
			heap := ""
			for _, e := range set["Environment"] {
				if v, ok := strings.CutPrefix(e, "GOMEMLIMIT="); ok {
					heap = v
				}
			}
			if memory(t, most[0]) < memory(t, heap)+2*pageProcess {
				t.Errorf("%s: MemoryMax=%s does not hold a heap of %s and two processes that take pages apart", path, most[0], heap)
			}
		}
		// A program that is there, for systemd to look at.
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ReplaceAll(b, []byte("/usr/local/bin/readout"), []byte(self))
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	analyze, err := osexec.LookPath("systemd-analyze")
	if err != nil {
		t.Log("systemd-analyze is not here: units were parsed only")
		return
	}
	cmd := osexec.Command(analyze, "verify", filepath.Join(dir, "readout-serve.service"), filepath.Join(dir, "readout-worker@.service"), filepath.Join(dir, "readout-feeds.service"))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &out
	err = cmd.Run()
	for _, line := range strings.Split(out.String(), "\n") {
		if strings.Contains(line, "readout-") {
			t.Error(line)
		}
	}
	if err != nil && !t.Failed() {
		t.Logf("systemd-analyze: %v\n%s", err, out.String())
	}
}
