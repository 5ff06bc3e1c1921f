//! Which hosts may be spoken to: by name as a program and its user know them, and by the address that is connected to.
//!
//! A grant or a narrowing names hosts: `api.example.org`, `*.example.org` (what is below it), `10.0.0.0/8`, `127.0.0.1`,
//! `[::1]:8080`, or `*` (every name). Without a port it holds for all ports. A name that is permitted leads to addresses of the
//! public internet only: others have to be permitted as addresses too, so that whoever owns a name can't lead a program into
//! the network around it. `localhost` is known to mean this machine, and permitting it is enough.

mod address;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use address::{canonical, special};

/// The longest name of a host.
const LONGEST_NAME: usize = 253;

/// A host and port that something is to be sent to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Target {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

/// A host by name or address.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Host {
    /// In small letters, without a dot at its end.
    Name(String),
    /// IPv4 inside of IPv6 is IPv4 here.
    Address(IpAddr),
}

impl Host {
    /// Reads the host of an address, IPv6 in brackets. An IPv4 address has four decimal numbers: in other forms (`0x7f.1`,
    /// `2130706433`, `0177.0.0.1`) programs disagree about what they mean.
    pub(crate) fn parse(text: &str) -> Result<Host, String> {
        if let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            let address = Ipv6Addr::from_str(inside).map_err(|_| format!("\"{text}\" is no IPv6 address"))?;
            return Ok(Host::Address(canonical(IpAddr::V6(address))));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let last = name.rsplit('.').next().unwrap_or_default();
        if last.starts_with("0x") || (!last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit())) {
            let address = Ipv4Addr::from_str(&name);
            let address = address.map_err(|_| format!("\"{text}\" is no IPv4 address of four decimal numbers"))?;
            return Ok(Host::Address(IpAddr::V4(address)));
        }
        let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_label = |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(is_letter);
        match name.len() <= LONGEST_NAME && name.split('.').all(is_label) {
            true => Ok(Host::Name(name)),
            false if !name.is_ascii() => Err(format!("the name \"{text}\" has to be written in its form with xn--")),
            false => Err(format!("\"{text}\" is no name of a host")),
        }
    }

    /// Whether it is a name that means this machine by definition.
    fn is_local(&self) -> bool {
        matches!(self, Host::Name(name) if name == "localhost" || name.ends_with(".localhost"))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Host::Name(name) => f.write_str(name),
            Host::Address(IpAddr::V4(address)) => write!(f, "{address}"),
            Host::Address(IpAddr::V6(address)) => write!(f, "[{address}]"),
        }
    }
}

/// Hosts that a grant or a narrowing names.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Hosts {
    pattern: Pattern,
    port: Option<u16>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Pattern {
    /// `*`
    Any,
    /// `example.org`
    Name(String),
    /// `*.example.org`, without the star.
    Below(String),
    /// `10.0.0.0/8`; an address alone is a range of one.
    Range(IpAddr, u8),
}

impl FromStr for Hosts {
    type Err = String;

    fn from_str(text: &str) -> Result<Hosts, String> {
        if text.contains("://") {
            return Err(format!("\"{text}\" is an address of the web: name its host only"));
        }
        let (host, port) = split_port(text)?;
        let pattern = match (host.strip_prefix("*."), host.split_once('/')) {
            _ if host == "*" => Pattern::Any,
            (Some(parent), _) => match Host::parse(parent)? {
                Host::Name(name) => Pattern::Below(format!(".{name}")),
                Host::Address(_) => return Err(format!("\"{text}\" has a star in front of an address")),
            },
            (None, Some((address, bits))) => range(text, address, bits)?,
            (None, None) => match Host::parse(host)? {
                Host::Name(name) => Pattern::Name(name),
                Host::Address(address) => Pattern::Range(address, bits_of(address)),
            },
        };
        Ok(Hosts { pattern, port })
    }
}

/// A host and the port behind it, if there is one.
fn split_port(text: &str) -> Result<(&str, Option<u16>), String> {
    let Some((host, port)) = text.rsplit_once(':').filter(|(_, port)| !port.contains(']')) else {
        return Ok((text, None));
    };
    match port.parse::<u16>() {
        _ if host.contains(':') && !host.ends_with(']') => {
            Err(format!("the IPv6 address \"{text}\" needs brackets around it"))
        }
        Ok(port) if port > 0 => Ok((host, Some(port))),
        _ => Err(format!("\"{port}\" is no port: write a number between 1 and 65535")),
    }
}

fn range(text: &str, address: &str, bits: &str) -> Result<Pattern, String> {
    let Host::Address(address) = Host::parse(address)? else {
        return Err(format!("\"{text}\" has a slash behind a name: write the host only"));
    };
    let bits = bits.parse::<u8>().ok().filter(|&bits| bits <= bits_of(address));
    let bits = bits.ok_or_else(|| format!("\"{text}\" is no range of addresses, such as 10.0.0.0/8"))?;
    Ok(Pattern::Range(address, bits))
}

fn bits_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

impl Hosts {
    /// Whether a target is one of them.
    pub(crate) fn has(&self, target: &Target) -> bool {
        let is_host = match (&self.pattern, &target.host) {
            (Pattern::Any, Host::Name(_)) => true,
            (Pattern::Any, Host::Address(address)) => special(*address).is_none(),
            (Pattern::Name(name), Host::Name(host)) => name == host,
            (Pattern::Below(parent), Host::Name(host)) => host.ends_with(parent),
            (Pattern::Range(..), Host::Address(address)) => return self.has_address(*address, target.port),
            _ => false,
        };
        is_host && self.has_port(target.port)
    }

    /// Whether an address is named as such.
    fn has_address(&self, address: IpAddr, port: u16) -> bool {
        let Pattern::Range(range, bits) = self.pattern else { return false };
        let is_inside = match (range, canonical(address)) {
            (IpAddr::V4(range), IpAddr::V4(address)) => {
                (range.to_bits() ^ address.to_bits()).checked_shr(32 - u32::from(bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(range), IpAddr::V6(address)) => {
                (range.to_bits() ^ address.to_bits()).checked_shr(128 - u32::from(bits)).unwrap_or(0) == 0
            }
            _ => false,
        };
        is_inside && self.has_port(port)
    }

    fn has_port(&self, port: u16) -> bool {
        self.port.is_none_or(|only| only == port)
    }
}

/// Why an address that a host's name leads to may not be connected to; nothing if it may.
pub(crate) fn refuses<'h>(
    granted: impl IntoIterator<Item = &'h Hosts>,
    target: &Target,
    address: IpAddr,
) -> Option<&'static str> {
    let kind = special(address)?;
    let is_this_machine = target.host.is_local() && canonical(address).is_loopback();
    let is_granted = is_this_machine || granted.into_iter().any(|hosts| hosts.has_address(address, target.port));
    (!is_granted).then_some(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(host: &str, port: u16) -> Target {
        Target { host: Host::parse(host).expect(host), port }
    }

    fn hosts(pattern: &str) -> Hosts {
        pattern.parse().expect(pattern)
    }

    #[test]
    fn patterns_have_the_hosts_that_they_name_and_no_others() {
        for (pattern, host, port, expected) in [
            ("api.example.org", "api.example.org", 443, true),
            ("API.Example.org", "api.example.ORG.", 80, true),
            ("example.org", "api.example.org", 443, false),
            ("*.example.org", "a.b.example.org", 443, true),
            ("*.example.org", "example.org", 443, false),
            ("*.example.org", "badexample.org", 443, false),
            ("example.org:8080", "example.org", 8080, true),
            ("example.org:8080", "example.org", 80, false),
            ("*", "anything.org", 1, true),
            ("*", "1.1.1.1", 80, true),
            ("*", "127.0.0.1", 80, false),
            ("10.0.0.0/8", "10.255.0.1", 80, true),
            ("10.0.0.0/8", "11.0.0.1", 80, false),
            ("0.0.0.0/0", "127.0.0.1", 80, true),
            ("127.0.0.1", "127.0.0.1", 9, true),
            ("127.0.0.1", "127.0.0.2", 9, false),
            ("127.0.0.1", "[::ffff:127.0.0.1]", 9, true),
            ("[::1]:80", "[::1]", 80, true),
            ("[::1]:80", "[::1]", 81, false),
            ("[fd00::]/8", "[fd12::1]", 81, true),
        ] {
            assert_eq!(hosts(pattern).has(&target(host, port)), expected, "{pattern} {host}:{port}");
        }
    }

    #[test]
    fn other_forms_of_addresses_are_refused() {
        for host in [
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "0x7f.1",
            "127.1",
            "127.0.1",
            "1.2.3.4.5",
            "256.0.0.1",
            "[::1",
            "[1.2.3.4]",
            "",
            "a..b",
            "a b",
            "a%2eb",
            "exämple.org",
            "127.0.0.0x1",
            "-\u{0}",
        ] {
            assert!(Host::parse(host).is_err(), "{host:?}");
        }
        for pattern in ["http://a.org", "a.org:0", "a.org:x", "::1", "10.0.0.0/33", "a.org/8", "*.1.2.3.4", ""] {
            assert!(pattern.parse::<Hosts>().is_err(), "{pattern:?}");
        }
    }

    #[test]
    fn a_name_leads_to_public_addresses_unless_others_are_granted() {
        let refused = |granted: &[&str], host: &str, address: &str| {
            let granted: Vec<Hosts> = granted.iter().map(|pattern| hosts(pattern)).collect();
            refuses(&granted, &target(host, 80), address.parse().expect(address)).is_some()
        };
        assert!(!refused(&["a.org"], "a.org", "1.1.1.1"));
        assert!(refused(&["a.org"], "a.org", "127.0.0.1"));
        assert!(refused(&["*"], "a.org", "::ffff:10.0.0.1"));
        assert!(refused(&["a.org", "10.0.0.0/8"], "a.org", "192.168.0.1"));
        assert!(!refused(&["a.org", "10.0.0.0/8"], "a.org", "10.1.1.1"));
        assert!(refused(&["a.org", "10.0.0.0/8:81"], "a.org", "10.1.1.1"));
        assert!(!refused(&["localhost"], "localhost", "::1"));
        assert!(refused(&["localhost"], "localhost", "10.0.0.1"));
    }
}
