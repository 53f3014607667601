package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/readout-news/readout/internal/fetch"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/store/sqlite"
	"github.com/readout-news/readout/wire"
)

// serving runs “readout serve” on a free port until the test ends and returns its
// address.
func serving(t *testing.T, env Env, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	env.Stdout, env.Stderr = in, io.Discard
	root := newRoot(env)
	root.SetArgs(append([]string{"serve", "--listen", "127.0.0.1:0"}, args...))
	ended := make(chan error, 1)
	go func() {
		ended <- root.ExecuteContext(ctx)
		in.Close()
	}()
	t.Cleanup(func() {
		cancel()
		http.DefaultClient.CloseIdleConnections()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	said := bufio.NewReader(out)
	line, err := said.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, said)
	m := regexp.MustCompile(` at (http://127\.0\.0\.1:\d+)\n$`).FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("it said %q", line)
	}
	return m[1]
}

// outcome waits for the reading of one report that was sent and returns why it was
// refused, "" when it was stored.
func outcome(t *testing.T, base, location string) string {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		res, err := http.Get(base + "/api/v1/jobs/" + location[strings.LastIndex(location, "/")+1:])
		if err != nil {
			t.Fatal(err)
		}
		var got struct{ Item wire.Job }
		err = json.NewDecoder(res.Body).Decode(&got)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		switch j := got.Item; j.State {
		case "failed":
			t.Fatalf("the reading failed: %s", *j.Error)
		case "done":
			if len(j.Outcomes) != 1 {
				t.Fatalf("outcomes %+v", j.Outcomes)
			}
			if why := j.Outcomes[0].Reason; why != nil {
				return *why
			}
			return ""
		}
	}
	t.Fatal("the reading does not end")
	return ""
}

// sent sends a report to the API and returns why it was refused.
func sent(t *testing.T, base, name, text string) string {
	t.Helper()
	body, err := json.Marshal(wire.Intake{Reports: []wire.IntakeReport{{Name: name, Text: text}}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(base+"/api/v1/reports", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusAccepted {
		t.Fatal(res.Status)
	}
	return outcome(t, base, res.Header.Get("Location"))
}

// uploaded sends a report by the page that takes reports in.
func uploaded(t *testing.T, base, name, text string) string {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	part, err := w.CreateFormFile("files", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(part, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	res, err := client.Post(base+"/upload", w.FormDataContentType(), &form)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.Status)
	}
	return outcome(t, base, res.Header.Get("Location"))
}

const lakePage = `<html lang="en"><head><title>Maren meets Ered</title></head><body><article><h1>Maren meets Ered</h1><p>Foreign Minister Ilse Maren of Sollund met Karvany's deputy prime minister, Tomas Ered, in Port Elsey on Wednesday. The meeting lasted about two hours.</p><p>The ministers will meet again in May, their offices said. Ered is to travel to Sollund for the first time since the lights on Lake Ansa were switched off.</p></article></body></html>`

// Pages are taken apart in processes of their own by whatever way they come: where
// none can be started they are refused, unless somebody said that the program is to
// do it itself.
func TestPagesGoToTheirProcess(t *testing.T) {
	const refusal = "start a process to take the document apart"
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/list.txt":
			fmt.Fprintf(w, "http://%s/meeting\n", r.Host)
		case "/meeting":
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, lakePage)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(site.Close)
	file := filepath.Join(t.TempDir(), "meeting.html")
	if err := os.WriteFile(file, []byte(lakePage), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, here := range []bool{false, true} {
		env := Env{Exe: filepath.Join(t.TempDir(), "no-program")}
		if here {
			env.Environ = []string{limits.Env + "=page-process=0"}
		}
		dir := t.TempDir()
		failing := func(want int, env Env, args ...string) string {
			t.Helper()
			var out, errs bytes.Buffer
			env.Stdout, env.Stderr = &out, &errs
			if here {
				want = exitOK
			}
			if code := Main(args, env); code != want {
				t.Errorf("%v: code %d, want %d: %s", args, code, want, errs.String())
			}
			return errs.String()
		}
		run := func(args ...string) string { t.Helper(); return failing(exitRefused, env, args...) }
		told := map[string]string{}
		told["read"] = run("read", file)
		told["ingest"] = run("ingest", "--db", filepath.Join(dir, "a.db"), file)
		feeds := filepath.Join(dir, "b.db")
		if code := Main([]string{"feeds", "add", "--db", feeds, site.URL + "/list.txt"}, Env{Stdout: io.Discard, Stderr: io.Discard}); code != exitOK {
			t.Fatal(code)
		}
		// What is followed is asked for again: nothing was said of the page.
		pull := []string{"feeds", "pull", "--db", feeds, "--allow-private", "127.0.0.1", "--allow-port", site.URL[strings.LastIndex(site.URL, ":")+1:], "--per-host", "0s"}
		told["feeds pull"] = failing(exitFailed, env, pull...)
		if mended := failing(exitOK, Env{Environ: []string{limits.Env + "=page-process=0"}}, pull...); mended != "" {
			t.Errorf("where processes can be started again: %s", mended)
		}
		if s, err := sqlite.Open(t.Context(), feeds, sqlite.Options{}); err != nil {
			t.Error(err)
		} else {
			if about, err := s.About(t.Context()); err != nil || about.Reports != 1 {
				t.Errorf("%d reports of the page that is followed, %v", about.Reports, err)
			}
			s.Close()
		}
		base := serving(t, env, "--db", filepath.Join(dir, "c.db"))
		told["serve, API"] = sent(t, base, "meeting.html", lakePage)
		told["serve, page"] = uploaded(t, base, "meeting.html", lakePage)
		for way, said := range told {
			if strings.Contains(said, refusal) == here {
				t.Errorf("%s, in this process %v: %q", way, here, said)
			}
		}
	}
}

// A limit that is set holds where reports come in, by variable and by flag.
func TestLimitsHoldWhereReportsComeIn(t *testing.T) {
	const text = "Foreign Minister Ilse Maren of Sollund met Tomas Ered in Port Elsey on Wednesday. "
	long := strings.Repeat(text, 30)
	for name, base := range map[string]string{
		"variable": serving(t, Env{Environ: []string{limits.Env + "=report-size=2KB"}}, "--db", filepath.Join(t.TempDir(), "a.db")),
		"flag":     serving(t, Env{}, "--db", filepath.Join(t.TempDir(), "b.db"), "--max", "report-size=2KB"),
	} {
		for way, why := range map[string]string{"API": sent(t, base, "a.txt", long), "page": uploaded(t, base, "a.txt", long)} {
			if !strings.Contains(why, "larger than the limit of 2048 bytes") {
				t.Errorf("%s, %s: %q", name, way, why)
			}
		}
		if why := sent(t, base, "a.txt", text); why != "" {
			t.Errorf("%s: a short report was refused: %s", name, why)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Long", strings.Repeat("x", 2*limits.RequestHeader))
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("a header of %d bytes: %s", 2*limits.RequestHeader, res.Status)
		}
	}
}

// What is set of the web is what pages and feeds are asked with.
func TestFetchOptions(t *testing.T) {
	a := &app{}
	var err error
	if got := a.fetchOptions(""); got.MaxBytes != 0 || got.Timeout != limits.HTTPTime || got.Connect != limits.HTTPConnect || got.Redirects != limits.HTTPRedirects {
		t.Errorf("nothing set: %+v", got)
	}
	if a.limits, err = limits.Parse("http-body=2MB,http-time=7s,http-connect=3s,http-redirects=2"); err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]fetch.Options{"serve": a.fetchOptions("https://desk.example/robot"), "feeds": func() fetch.Options {
		fo, _, err := (&pullFlags{}).options(a.fetchOptions("https://desk.example/robot"))
		if err != nil {
			t.Fatal(err)
		}
		return fo
	}()} {
		if got.MaxBytes != 2<<20 || got.Timeout != 7*time.Second || got.Connect != 3*time.Second || got.Redirects != 2 || got.About != "https://desk.example/robot" {
			t.Errorf("%s: %+v", what, got)
		}
	}
}
