// Package browser drives a headless Chromium for the tests of pages: it opens
// pages at the sizes, in the schemes and with or without script as people do,
// types and clicks, and notes whatever a page should not do. Only tests link
// it.
//
// One Chromium serves a test binary. It is looked for on PATH; where there is
// none, the test that asked is skipped, and fails when CI is set.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// names of Chromium on PATH, the preferred first.
var names = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"}

// patience is how long one step may take; a loaded machine of two cores needs
// seconds for what takes milliseconds.
const patience = 60 * time.Second

// find is the path of a Chromium, "" when there is none.
func find() string {
	for _, n := range names {
		if p, err := exec.LookPath(n); err == nil {
			return p
		}
	}
	return ""
}

// chromium is the one browser of the test binary.
var chromium struct {
	sync.Mutex
	ctx  context.Context
	stop func()
	err  error
}

// start starts the browser once.
func start() (context.Context, error) {
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.ctx != nil || chromium.err != nil {
		return chromium.ctx, chromium.err
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(find()), chromedp.NoSandbox,
		// Nothing is asked of any other host, not even for the browser's own needs.
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("font-render-hinting", "none"))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	ctx, stop := chromedp.NewContext(alloc)
	// The first run starts the browser, which lives as long as its context:
	// no timeout on it.
	if err := chromedp.Do(ctx); err != nil {
		stop()
		stopAlloc()
		chromium.err = fmt.Errorf("start %s: %w", find(), err)
		return nil, chromium.err
	}
	chromium.ctx, chromium.stop = ctx, func() { stop(); stopAlloc() }
	return ctx, nil
}

// Stop ends the browser; a test binary calls it after its tests.
func Stop() {
	chromium.Lock()
	defer chromium.Unlock()
	if chromium.stop != nil {
		chromium.stop()
	}
	chromium.ctx, chromium.stop = nil, nil
}

// Need skips the test where there is no Chromium; with CI set it fails it.
func Need(tb testing.TB) {
	tb.Helper()
	if testing.Short() {
		tb.Skip("opens a browser, which -short leaves out")
	}
	if find() != "" {
		return
	}
	const how = "no Chromium on PATH (apt-get install chromium): the pages were not looked at"
	if os.Getenv("CI") != "" {
		tb.Fatal(how)
	}
	tb.Skip(how)
}

// Look is how somebody looks at pages. The zero value is a desk of 1440×1000
// in light colours, with script.
type Look struct {
	Phone    bool // 390×844
	Dark     bool
	NoScript bool
	Print    bool // the style sheet for paper
}

// String names a look as in the names of pictures.
func (l Look) String() string {
	s := "1440"
	if l.Phone {
		s = "390"
	}
	if l.Dark {
		s += "-dark"
	} else {
		s += "-light"
	}
	if l.NoScript {
		s += "-noscript"
	}
	if l.Print {
		s += "-print"
	}
	return s
}

// Looks are the four that every page is looked at in.
var Looks = []Look{{}, {Dark: true}, {Phone: true}, {Phone: true, Dark: true}}

// Page is one tab.
type Page struct {
	tb   testing.TB
	ctx  context.Context
	base string // "http://127.0.0.1:1234"

	mu       sync.Mutex
	problems []string
	requests []Request
	status   int
}

// Request is one that the page made.
type Request struct {
	Method, URL, Type string
}

// New opens a tab on the site at base, without a slash at its end. The tab is
// a browser profile of its own and ends with the test.
func New(tb testing.TB, base string) *Page {
	tb.Helper()
	Need(tb)
	ctx, err := start()
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
	p := &Page{tb: tb, ctx: ctx, base: strings.TrimSuffix(base, "/")}
	tb.Cleanup(cancel)
	p.do("open a tab", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.Enable, network.EnableParams{})
		_, err2 := cdp.Call(ctx, t, cdplog.Enable, cdp.Empty{})
		_, err3 := cdp.Call(ctx, t, runtime.Enable, cdp.Empty{})
		_, err4 := cdp.Call(ctx, t, page.Enable, page.EnableParams{})
		_, err5 := cdp.Call(ctx, t, network.SetCacheDisabled, network.SetCacheDisabledParams{})
		// Of several tabs at once one has the keyboard; each is to behave as if it had.
		_, err6 := cdp.Call(ctx, t, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return errors.Join(err, err2, err3, err4, err5, err6)
	}))
	if err := chromedp.Listen(ctx, p.hear); err != nil {
		tb.Fatal(err)
	}
	p.Look(Look{})
	return p
}

// hear notes what a page should not do. It runs on the goroutine that reads
// the browser's messages.
func (p *Page) hear(ev any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	bad := func(format string, args ...any) { p.problems = append(p.problems, fmt.Sprintf(format, args...)) }
	switch ev := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := ev.ExceptionDetails.Text
		if x := ev.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		bad("exception: %s", text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			var words []string
			for _, a := range ev.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			bad("console: %s", strings.Join(words, " "))
		}
	case *cdplog.EventEntryAdded:
		if e := ev.Entry; e.Level == cdplog.EntryLevelError || e.Level == cdplog.EntryLevelWarning {
			bad("%s: %s (%s)", e.Source, e.Text, e.URL)
		}
	case *page.EventJavascriptDialogOpening:
		bad("dialog: %s %q", ev.Type, ev.Message)
		go chromedp.Do(p.ctx, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})
			return err
		}))
	case *page.EventWindowOpen:
		bad("window opened: %s", ev.URL)
	case *network.EventRequestWillBeSent:
		r := Request{ev.Request.Method, ev.Request.URL, string(ev.Type)}
		p.requests = append(p.requests, r)
		if !strings.HasPrefix(r.URL, p.base+"/") && r.URL != p.base && r.URL != "about:blank" {
			bad("request to elsewhere: %s %s", r.Method, r.URL)
		}
	case *network.EventResponseReceived:
		if ev.Type == network.ResourceTypeDocument {
			p.status = int(ev.Response.Status)
		}
	}
}

// do runs steps within patience and fails the test when they do not work.
func (p *Page) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.tb.Helper()
	if err := p.try(steps...); err != nil {
		p.tb.Fatalf("%s: %v (at %s)", what, err, p.where())
	}
}

func (p *Page) try(steps ...chromedp.Action[chromedp.Void]) error {
	if chromedp.FromContext(p.ctx).Target == nil {
		return chromedp.Do(p.ctx, steps...) // the first run: no timeout
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

func (p *Page) where() string {
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Second)
	defer cancel()
	u, err := chromedp.Run(ctx, chromedp.Location())
	if err != nil {
		return "nowhere"
	}
	return u
}

// Look changes size, scheme, script and medium; script takes effect with the
// next page.
func (p *Page) Look(l Look) {
	p.tb.Helper()
	w, h, mobile := int64(1440), int64(1000), false
	if l.Phone {
		w, h, mobile = 390, 844, true
	}
	scheme := "light"
	if l.Dark {
		scheme = "dark"
	}
	media := "screen"
	if l.Print {
		media = "print"
	}
	p.do("look at the page", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: w, Height: h, DeviceScaleFactor: 1, Mobile: mobile})
		_, err2 := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme},
			{Name: "prefers-reduced-motion", Value: "reduce"},
		}})
		_, err3 := cdp.Call(ctx, t, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: l.NoScript})
		return errors.Join(err, err2, err3)
	}))
}

// Width makes the window so many CSS pixels wide, which the page follows.
func (p *Page) Width(w int) {
	p.tb.Helper()
	p.do("make the window wider or narrower", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: int64(w), Height: 1000, DeviceScaleFactor: 1})
		return err
	}))
}

// Open loads a page of the site by its path and returns the HTTP status.
func (p *Page) Open(path string) int {
	p.tb.Helper()
	p.mu.Lock()
	p.problems, p.requests, p.status = nil, nil, 0
	p.mu.Unlock()
	u := path
	if strings.HasPrefix(path, "/") {
		u = p.base + path
	}
	p.do("open "+path, chromedp.Navigate(u))
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.status
}

// Inject has code run in every page before its own; only for what watches.
func (p *Page) Inject(code string) {
	p.tb.Helper()
	p.do("inject", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: code})
		return err
	}))
}

// WithoutPolicy switches the pages' security policy off, so that what they hold
// would run if it could.
func (p *Page) WithoutPolicy() {
	p.tb.Helper()
	p.do("switch the policy off", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true})
		return err
	}))
}

// AllowClipboard lets pages of the site write to and read from the clipboard.
func (p *Page) AllowClipboard() {
	p.tb.Helper()
	id := chromedp.FromContext(p.ctx).BrowserContextID
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		ctx, cancel := context.WithTimeout(p.ctx, patience)
		_, err := chromedp.CallBrowser(ctx, browser.SetPermission, browser.SetPermissionParams{
			Permission: &browser.PermissionDescriptor{Name: name}, Setting: browser.PermissionSettingGranted, Origin: p.base, BrowserContextID: id,
		})
		cancel()
		if err != nil {
			p.tb.Fatalf("allow %s: %v", name, err)
		}
	}
}

// Problems are what the page did since Open that it should not: errors on the
// console, violations of its own security policy, dialogs, requests to other
// hosts.
func (p *Page) Problems() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.problems...)
}

// Requests are those that the page made since Open.
func (p *Page) Requests() []Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]Request(nil), p.requests...)
}

// URL is the address that the page shows.
func (p *Page) URL() string { return p.where() }

// Path is the address without the site's host.
func (p *Page) Path() string { return strings.TrimPrefix(p.where(), p.base) }

// Eval evaluates a JavaScript expression in the page; a promise is waited for.
func Eval[T any](p *Page, js string) T {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js, chromedp.EvalAwaitPromise))
	if err != nil {
		p.tb.Fatalf("evaluate %.200s: %v (at %s)", js, err, p.where())
	}
	return v
}

// Until waits until the JavaScript expression is true.
func (p *Page) Until(what, js string) {
	p.tb.Helper()
	deadline := time.Now().Add(patience / 4)
	for !Eval[bool](p, "!!("+js+")") {
		if time.Now().After(deadline) {
			p.tb.Fatalf("%s did not come about: %s (at %s)", what, js, p.where())
		}
		time.Sleep(30 * time.Millisecond)
	}
}

// Press types keys into what has the focus, as a keyboard does: a key that the
// page takes for itself types nothing. Characters stand for themselves; "\t" is
// Tab, "\r" Enter, "\x1b" Escape.
func (p *Page) Press(keys string) {
	p.tb.Helper()
	p.do("press "+keys, press(keys))
}

func press(keys string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		for _, r := range keys {
			k := kb.Keys[r]
			if k == nil {
				k = &kb.Key{Key: string(r), Text: string(r), Print: true}
			}
			e := input.DispatchKeyEventParams{
				Type: input.DispatchKeyEventTypeRawKeyDown, Key: k.Key, Code: k.Code, WindowsVirtualKeyCode: k.Windows, NativeVirtualKeyCode: k.Native,
			}
			if k.Text != "" {
				e.Type, e.Text, e.UnmodifiedText = input.DispatchKeyEventTypeKeyDown, k.Text, k.Unmodified
			}
			if k.Shift {
				e.Modifiers = 8
			}
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, e); err != nil {
				return err
			}
			e.Type, e.Text, e.UnmodifiedText = input.DispatchKeyEventTypeKeyUp, "", ""
			if _, err := cdp.Call(ctx, t, input.DispatchKeyEvent, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// Click clicks the first element of the CSS selector as a person does, waits
// for the page that follows from it when navigates is set, and fails the test
// when there is nothing to click.
func (p *Page) Click(selector string) {
	p.tb.Helper()
	p.do("click "+selector, chromedp.Click(chromedp.CSS(selector)))
}

// Follow clicks and waits for the page that comes.
func (p *Page) Follow(selector string) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		p.tb.Fatalf("follow %s: %v (at %s)", selector, err, p.where())
	}
}

// FollowKeys presses keys and waits for the page that comes.
func (p *Page) FollowKeys(keys string) {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, press(keys)); err != nil {
		p.tb.Fatalf("press %q: %v (at %s)", keys, err, p.where())
	}
}

// Upload puts files into the file field of the selector.
func (p *Page) Upload(selector string, files ...string) {
	p.tb.Helper()
	p.do("choose files", chromedp.SetUploadFiles(chromedp.CSS(selector), files))
}

// Shots is the folder that pictures go to: $READOUT_SHOTS, else one for
// temporary files.
func Shots() string {
	if d := os.Getenv("READOUT_SHOTS"); d != "" {
		return d
	}
	return filepath.Join(os.TempDir(), "readout-shots")
}

// tallest is how much of a page is on its picture, in CSS pixels: what stands
// further down looks like what stands above it.
const tallest = 8000

// Shot keeps a picture of the page from its top on under name, without an
// extension.
func (p *Page) Shot(name string) {
	p.tb.Helper()
	var png []byte
	p.do("take a picture", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		m, err := cdp.Call(ctx, t, page.GetLayoutMetrics, cdp.Empty{})
		if err != nil {
			return err
		}
		yes, size := true, m.CSSContentSize
		res, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatPng, CaptureBeyondViewport: &yes,
			OptimizeForSpeed: &yes, // hundreds of pictures: a third less time
			Clip:             &page.Viewport{Width: size.Width, Height: min(size.Height, tallest), Scale: 1},
		})
		if err == nil {
			png = res.Data
		}
		return err
	}))
	p.keep(name+".png", png)
}

// WebP is a picture of the top of the page, 1440 points wide and as many high,
// for documents.
func (p *Page) WebP(height int64) []byte {
	p.tb.Helper()
	var out []byte
	p.do("take a picture", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		quality, beyond := int64(82), true
		res, err := cdp.Call(ctx, t, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatWebp, Quality: &quality, CaptureBeyondViewport: &beyond,
			Clip: &page.Viewport{Width: 1440, Height: float64(height), Scale: 0.75},
		})
		if err == nil {
			out = res.Data
		}
		return err
	}))
	return out
}

// PDF prints the page and keeps the file; the bytes come back.
func (p *Page) PDF(name string) []byte {
	p.tb.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	b, err := chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4)))
	if err != nil {
		p.tb.Fatalf("print %s: %v", name, err)
	}
	p.keep(name+".pdf", b)
	return b
}

func (p *Page) keep(name string, b []byte) {
	p.tb.Helper()
	dir := Shots()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		p.tb.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")), b, 0o644); err != nil {
		p.tb.Fatal(err)
	}
}
