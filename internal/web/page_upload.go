package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"github.com/readout-news/readout"
	"github.com/readout-news/readout/internal/answer"
	"github.com/readout-news/readout/internal/ingest"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/live"
)

const (
	maxUpload = limits.UploadBody   // bytes of a form with its files
	maxFiles  = limits.RequestFiles // of a form
	maxLines  = limits.UploadLines  // addresses of a form
)

// upload is the form that adds reports.
func (s *Site) upload(r *Request) (Page, error) {
	return Page{Template: "upload", Title: "Add reports", Data: struct {
		MB, Files, Lines int
	}{maxUpload >> 20, maxFiles, maxLines}}, nil
}

// intake is what somebody sent: files, a text with what is known of it, and
// addresses.
type intake struct {
	files  []sentFile
	fields map[string]string
}

type sentFile struct {
	name string
	body []byte
}

// take starts a reading of what was sent and goes to the page that follows it.
func (s *Site) take(r *Request) (Page, error) {
	if err := s.src.Room(); err != nil {
		return Page{}, err
	}
	in, err := readIntake(r)
	if err != nil {
		return Page{}, err
	}
	side, err := sidecarOf(in.fields)
	if err != nil {
		return Page{}, err
	}
	var captures []readout.Capture
	var refused []readout.Refusal
	names := map[string]bool{}
	add := func(name string, body []byte, side *readout.Sidecar) {
		for c, f := range ingest.Body(r.Context(), ingest.SentName(name, names), body, side, s.opts.Inputs) {
			if f != nil {
				refused = append(refused, *f)
			} else {
				captures = append(captures, c)
			}
		}
	}
	for _, f := range in.files {
		add(f.name, f.body, nil)
	}
	if t := in.fields["text"]; strings.TrimSpace(t) != "" {
		add(pastedName(in.fields["title"]), []byte(t), side)
	}
	var urls []string
	for line := range strings.Lines(in.fields["urls"]) {
		if line = strings.TrimSpace(line); line != "" {
			urls = append(urls, line)
		}
	}
	if len(urls) > maxLines {
		return Page{}, errBad{fmt.Errorf("more than %d addresses at once; nothing was stored", maxLines)}
	}
	if err := r.Context().Err(); err != nil {
		return Page{}, err
	}
	if len(captures)+len(refused)+len(urls) == 0 {
		return Page{}, errBad{errors.New("no report was sent: choose files, paste a text, or give addresses")}
	}
	j := s.src.ReadEach(len(captures)+len(refused)+len(urls), live.Held(captures), func(ctx context.Context) iter.Seq2[readout.Capture, *readout.Refusal] {
		return func(yield func(readout.Capture, *readout.Refusal) bool) {
			if !live.Each(captures, refused, yield) {
				return
			}
			for _, u := range urls {
				c, err := s.fetcher.Page(ctx, u)
				if ctx.Err() != nil {
					return
				}
				var f *readout.Refusal
				if err != nil {
					f = &readout.Refusal{Path: clip(u, 300), Reason: err.Error()}
				}
				if !yield(c, f) {
					return
				}
			}
		}
	})
	return Page{See: "/jobs/" + j.ID}, nil
}

// readIntake reads a form part by part, all of it in memory.
func readIntake(r *Request) (in intake, err error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxUpload)
	in.fields = map[string]string{}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseForm(); err != nil {
			return in, badForm(err)
		}
		for _, name := range []string{"text", "outlet", "published", "url", "title", "urls"} {
			in.fields[name] = r.PostFormValue(name)
		}
		return in, nil
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return in, badForm(err)
	}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return in, nil
		}
		var b []byte
		if err == nil {
			b, err = io.ReadAll(p)
		}
		if err != nil {
			return in, badForm(err)
		}
		switch {
		case p.FormName() != "files":
			in.fields[p.FormName()] = string(b)
		case p.FileName() == "" && len(b) == 0: // nothing was chosen
		case len(in.files) >= maxFiles:
			return in, errBad{fmt.Errorf("more than %d files at once; nothing was stored: send them in parts, or use “readout ingest”", maxFiles)}
		default:
			in.files = append(in.files, sentFile{p.FileName(), b})
		}
	}
}

// sidecarOf is what the form says of the pasted text; nil when it says nothing.
func sidecarOf(f map[string]string) (*readout.Sidecar, error) {
	s := readout.Sidecar{Outlet: oneLine(f["outlet"]), Published: strings.TrimSpace(f["published"]), URL: strings.TrimSpace(f["url"]), Title: oneLine(f["title"])}
	if s == (readout.Sidecar{}) {
		return nil, nil
	}
	if s.URL != "" && Web(s.URL) == "" {
		return nil, errBad{fmt.Errorf("%q is no address of the web: begin it with https://, or leave it out; nothing was stored", clip(s.URL, 100))}
	}
	if s.Published != "" && !isMoment(s.Published) {
		return nil, errBad{fmt.Errorf("%q is no day: write it as 2031-03-14, or 2031-03-14T15:00:00Z, or leave it out; nothing was stored", clip(s.Published, 40))}
	}
	return &s, nil
}

func isMoment(s string) bool {
	for _, layout := range []string{time.DateOnly, "2006-01", "2006", time.RFC3339, "2006-01-02T15:04Z07:00"} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

// pastedName names a pasted text after its title.
func pastedName(title string) string {
	if t := slug(title); t != "" {
		return t + ".txt"
	}
	return "pasted.txt"
}

// jobData is a reading as its page shows it.
type jobData struct {
	Total, Read         int
	State               live.JobState
	Ended               bool
	Err                 string
	Revision            int
	New, Known, Refused int
	Outcomes            []jobOutcome
}

type jobOutcome struct {
	Name, Word, Reason string
	Href, Title        string
}

// job follows a reading.
func (s *Site) job(r *Request) (Page, error) {
	j := s.src.Job(r.PathValue("id"))
	if j == nil {
		return Page{}, fmt.Errorf("%w: there is no reading %s; readings are remembered while the program runs, the last hundred, and what they read is in the record", readout.ErrNotFound, clip(r.PathValue("id"), 40))
	}
	st := j.Status()
	d := jobData{Total: j.Total, Read: st.Read, State: st.State, Ended: st.State == live.Done || st.State == live.Failed, Err: st.Err, Revision: st.Revision}
	for _, o := range st.Outcomes {
		x := jobOutcome{Name: strings.TrimPrefix(o.Path, "sent/"), Reason: o.Reason}
		switch {
		case o.Report == "":
			x.Word = "Refused"
			d.Refused++
		case o.New:
			x.Word = "New"
			d.New++
		default:
			x.Word = "Known already"
			d.Known++
		}
		if rep := s.src.Now().Report(o.Report); rep != nil && d.Ended {
			x.Href, x.Title = "/d/"+o.Report, rep.Title
			if rep.Skip != "" {
				x.Reason = "kept, but not read further: " + rep.Skip
			}
		}
		d.Outcomes = append(d.Outcomes, x)
	}
	p := Page{Template: "job", Title: "Reading " + plural(j.Total, "report"), Crumb: []Link{{"Add reports", "/upload"}}, Data: d, Robots: "noindex", Header: map[string]string{"Cache-Control": "no-store"}}
	if !d.Ended {
		p.Header["Refresh"] = "2" // where no script follows, the browser asks again
	}
	if r.Form == "json" {
		p.JSON = answer.From(s.src.Now()).Job(j)
	} else {
		p.JSON = true // there is one
	}
	return p, nil
}
