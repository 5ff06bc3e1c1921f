//! The registry of codes: for each diagnostic and each fault a page that `dot explain` shows.
//!
//! A page is a Markdown file in `errors/`. Its first line is `# CODE: TITLE`. A block marked
//! `dot,error=CODE` is a program that gets this diagnostic (`warning=` and `fault=` likewise), and
//! a block marked `dot` is a program without any. The tests run them all.

/// What is known of a code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The code: `E0102`, `W0101`, or a word of [`FaultCode`](dot_abi::fault::FaultCode).
    pub code: &'static str,
    /// What it is about, in a few words.
    pub title: &'static str,
    /// The page, in Markdown.
    pub page: &'static str,
}

/// The entry of a code, in capital letters or not.
pub fn find(code: &str) -> Option<&'static Entry> {
    ALL.iter().find(|entry| entry.code.eq_ignore_ascii_case(code))
}

macro_rules! pages {
    ($($code:literal)*) => { &[$(entry($code, include_str!(concat!("../errors/", $code, ".md")))),*] };
}

/// Every entry: errors, warnings, then faults.
pub const ALL: &[Entry] = pages! {
    "E0101"
    "E0102"
    "E0103"
    "E0104"
    "E0105"
    "E0106"
    "E0107"
    "E0110"
    "E0111"
    "E0112"
    "E0113"
    "E0114"
    "E0115"
    "E0116"
    "E0117"
    "E0118"
    "E0119"
    "E0120"
    "E0201"
    "E0202"
    "E0203"
    "E0204"
    "E0205"
    "E0206"
    "E0207"
    "E0208"
    "E0209"
    "E0210"
    "E0211"
    "E0212"
    "E0213"
    "E0214"
    "E0215"
    "E0301"
    "E0302"
    "E0303"
    "E0304"
    "E0305"
    "E0306"
    "E0307"
    "E0308"
    "E0309"
    "E0310"
    "E0311"
    "E0312"
    "E0313"
    "E0314"
    "E0315"
    "E0316"
    "E0317"
    "E0318"
    "E0319"
    "E0320"
    "E0321"
    "E0322"
    "E0323"
    "E0324"
    "E0325"
    "E0326"
    "E0328"
    "E0329"
    "E0330"
    "E0331"
    "E0332"
    "E0333"
    "E0334"
    "E0335"
    "E0337"
    "E0401"
    "E0402"
    "E0404"
    "E0410"
    "E0411"
    "E0412"
    "E0413"
    "E0414"
    "E0415"
    "E0510"
    "E0511"
    "E0512"
    "E0513"
    "E0515"
    "E0516"
    "E0517"
    "E0518"
    "E0519"
    "E0522"
    "E0523"
    "E0524"
    "E0525"
    "E0528"
    "E0529"
    "E0530"
    "E0531"
    "E0602"
    "E0603"
    "E0604"
    "E0606"
    "E0610"
    "E0614"
    "E0616"
    "E0617"
    "E0691"
    "E0901"
    "E0902"
    "E0903"
    "E0904"
    "E0905"
    "E0906"
    "E0999"
    "W0101"
    "W0336"
    "W0403"
    "W0514"
    "W0526"
    "W0527"
    "fail"
    "assert"
    "overflow"
    "divide-by-zero"
    "index"
    "key"
    "refinement"
    "network"
    "timeout"
    "mock"
    "native"
    "conversion"
    "argument"
    "decode"
    "capability"
    "io"
    "status"
    "unknown"
    "retry"
    "memory-limit"
    "cpu-limit"
    "stack-limit"
    "value-limit"
    "output-limit"
    "call-limit"
    "internal"
};

/// An entry of a page; its title is what stands behind the code in the first line.
const fn entry(code: &'static str, page: &'static str) -> Entry {
    let bytes = page.as_bytes();
    let mut end = 0;
    while bytes[end] != b'\n' {
        end += 1;
    }
    let (line, _) = page.split_at(end);
    let (_, title) = line.split_at("# ".len() + code.len() + ": ".len());
    Entry { code, title, page }
}
