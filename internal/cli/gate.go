package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/user"
	"strings"

	"github.com/spf13/cobra"

	"github.com/readout-news/readout/internal/account"
	"github.com/readout-news/readout/internal/gate"
	"github.com/readout-news/readout/internal/limits"
	"github.com/readout-news/readout/internal/store"
)

// gateFlags are the flags of commands that serve over HTTP, on who may ask.
type gateFlags struct {
	hosts     []string
	accounts  bool
	networks  []string
	header    string
	issuer    string
	client    string
	secret    string // file
	claim     string
	provider  string
	newcomers string
	cert, key string
}

// oidcSecretEnv holds the secret of --oidc-client where no file is named.
const oidcSecretEnv = "READOUT_OIDC_SECRET"

func (f *gateFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.hosts, "host", nil, "a further name by which this may be called, such as that of a server in front; repeat for several")
	cmd.Flags().BoolVar(&f.accounts, "accounts", false, "everybody signs in, on this machine too; while nobody manages accounts a one-time token for the first who does is printed")
	cmd.Flags().StringArrayVar(&f.networks, "trusted-proxy", nil, "a network from which a server in front connects, such as 10.0.0.0/8; its X-Forwarded headers count; repeat for several")
	cmd.Flags().StringVar(&f.header, "proxy-header", "", "the header in which that server names who is there, such as X-Remote-User")
	cmd.Flags().StringVar(&f.newcomers, "newcomers", "none", "scope of people whom the server in front or OpenID Connect names and who have no account: read, review or none")
	cmd.Flags().StringVar(&f.cert, "tls-cert", "", "file with the certificate (PEM) and those above it; then this is https")
	cmd.Flags().StringVar(&f.key, "tls-key", "", "file with its key (PEM)")
}

func (f *gateFlags) addOIDC(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.issuer, "oidc-issuer", "", "address of a provider of OpenID Connect by which people sign in")
	cmd.Flags().StringVar(&f.client, "oidc-client", "", "the id that the provider gave this Readout")
	cmd.Flags().StringVar(&f.secret, "oidc-secret", "", "a file with the secret that it gave (default: $"+oidcSecretEnv+")")
	cmd.Flags().StringVar(&f.claim, "oidc-claim", "", "the claim that names the account (default: email, where it is verified)")
	cmd.Flags().StringVar(&f.provider, "oidc-name", "", "how the page to sign in names the provider")
}

// policyError is a refusal to do what would be unsafe.
type policyError struct{ error }

// isLoopback reports whether an address is of this machine alone.
func isLoopback(flag, listen string) (bool, error) {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false, usageError{fmt.Errorf("--%s %q: give an address and a port such as 127.0.0.1:8460", flag, listen)}
	}
	if host == "localhost" {
		return true, nil
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback(), nil
}

// checkListen checks what can be told without a store.
func (f *gateFlags) checkListen(flag, listen string) error {
	if _, err := isLoopback(flag, listen); err != nil {
		return err
	}
	if (f.cert == "") != (f.key == "") {
		return usageError{errors.New("--tls-cert and --tls-key go together")}
	}
	if f.header != "" && len(f.networks) == 0 {
		return policyError{fmt.Errorf("--proxy-header %s: anybody could send that header; name the networks of the server in front with --trusted-proxy, such as 10.0.0.0/8", f.header)}
	}
	if (f.issuer == "") != (f.client == "") {
		return usageError{errors.New("--oidc-issuer and --oidc-client go together")}
	}
	return nil
}

// open reports whether people can come in without an account in the store: the
// address is of this machine, or there is another way.
func (f *gateFlags) open(listen string) bool {
	inside, err := isLoopback("listen", listen)
	return err == nil && inside || f.accounts || f.header != "" || f.issuer != ""
}

// machineUser is the name of who runs the program.
func machineUser() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "user"
}

// gate makes the gate of a server at an address, or refuses to serve where
// everybody could come in.
func (a *app) gate(ctx context.Context, s store.Accounts, flag, listen string, f *gateFlags, log *slog.Logger) (*gate.Gate, error) {
	inside, err := isLoopback(flag, listen)
	if err != nil {
		return nil, err
	}
	o := gate.Options{
		Store: s, User: machineUser(), Now: a.env.Now, Log: log,
		SignIn: !inside || f.accounts || f.header != "" || f.issuer != "",
		Proxy:  gate.Proxy{Header: f.header},
		OIDC:   gate.OIDC{Issuer: f.issuer, ClientID: f.client, Claim: f.claim, Name: f.provider},
		Rates: gate.Rates{
			Read:  gate.Rate{N: int(a.limits.Of(limits.NameReads)), Per: limits.RateTime},
			Write: gate.Rate{N: int(a.limits.Of(limits.NameWrites)), Per: limits.RateTime},
			Login: gate.Rate{N: int(a.limits.Of(limits.NameLogins)), Per: limits.LoginsTime},
		},
	}
	for _, n := range f.networks {
		p, err := netip.ParsePrefix(n)
		if err != nil {
			ip, ierr := netip.ParseAddr(n)
			if ierr != nil {
				return nil, usageError{fmt.Errorf("--trusted-proxy %q: give a network such as 10.0.0.0/8, or one address", n)}
			}
			p = netip.PrefixFrom(ip, ip.BitLen())
		}
		if p.Bits() == 0 {
			return nil, policyError{fmt.Errorf("--trusted-proxy %s is every address: anybody could say who they are", n)}
		}
		o.Proxy.Networks = append(o.Proxy.Networks, p.Masked())
	}
	if f.newcomers != "" && f.newcomers != "none" {
		if o.Newcomers, err = account.ParseScopes(f.newcomers); err != nil || o.Newcomers == account.Admin {
			return nil, usageError{fmt.Errorf("--newcomers %q: it is read, review or none", f.newcomers)}
		}
	}
	if f.issuer != "" {
		if o.OIDC.Secret, err = a.oidcSecret(f.secret); err != nil {
			return nil, err
		}
	}
	g, err := gate.New(o)
	if err != nil {
		return nil, usageError{err}
	}
	has, err := g.HasAccounts(ctx)
	if err != nil {
		return nil, err
	}
	if !has && !f.open(listen) {
		return nil, errOutside(flag, listen)
	}
	return g, nil
}

// errOutside refuses addresses that other machines reach while nobody can sign
// in. Only where there are pages (--listen) can people sign in on them.
func errOutside(flag, listen string) error {
	pages := ""
	if flag == "listen" {
		pages = `
  --accounts                                  make the first account with a token that is printed
  --oidc-issuer ADDRESS --oidc-client ID      let people sign in by OpenID Connect`
	}
	return policyError{fmt.Errorf(`--%s %s: other machines reach that address, and nobody could sign in. Do one of these:
  readout account add NAME --scopes admin     make an account, then start again%s
  --trusted-proxy NETWORK --proxy-header NAME let a server in front say who is there
  %-43s stay on this machine`, flag, listen, pages, "--"+flag+" 127.0.0.1:PORT")}
}

// oidcSecret reads the client's secret, from a file or the environment: never
// from an argument, which others on the machine can see.
func (a *app) oidcSecret(file string) (string, error) {
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("--oidc-secret: %w", err)
		}
		return strings.TrimSpace(string(b)), nil
	}
	for _, e := range a.env.Environ {
		if v, ok := strings.CutPrefix(e, oidcSecretEnv+"="); ok {
			return v, nil
		}
	}
	return "", nil
}

// tellGate says what who starts the program has to know of signing in.
func (a *app) tellGate(ctx context.Context, g *gate.Gate, f *gateFlags, address string) error {
	if !g.MustSignIn() {
		return nil
	}
	token := ""
	if f.accounts {
		var err error
		if token, err = g.First(ctx); err != nil {
			return err
		}
	}
	if token != "" {
		fmt.Fprintf(a.env.Stdout, "Nobody manages accounts yet. Make the first account that does at %s/login/first with this one-time token:\n\n  %s\n\n", address, token)
	}
	if host, _, err := net.SplitHostPort(strings.TrimPrefix(address, "http://")); err == nil && strings.HasPrefix(address, "http://") && len(f.networks) == 0 {
		if ip, err := netip.ParseAddr(host); err != nil || !ip.IsLoopback() {
			fmt.Fprintln(a.env.Stderr, "readout: passwords and sessions cross the network in the open: give --tls-cert and --tls-key, or put a server with TLS in front and name its network with --trusted-proxy")
		}
	}
	return nil
}

// names are the names by which a server may be called: those given, and the
// address it listens at where that is one.
func (f *gateFlags) names(listen string) []string {
	out := f.hosts
	if host, _, err := net.SplitHostPort(listen); err == nil {
		if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
			out = append(out[:len(out):len(out)], ip.String())
		}
	}
	return out
}
