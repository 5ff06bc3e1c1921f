//! Finding the custom section with the manifest in the bytes of a module.

/// The content of every custom section of a name, or `None` where the bytes are no module.
pub(crate) fn custom_sections<'a>(wasm: &'a [u8], name: &str) -> Option<Vec<&'a [u8]>> {
    const HEADER: &[u8] = b"\0asm\x01\0\0\0";
    const CUSTOM: u8 = 0;
    let mut rest = wasm.strip_prefix(HEADER)?;
    let mut found = Vec::new();
    while let Some((&id, behind)) = rest.split_first() {
        let (size, behind) = leb128(behind)?;
        let (section, behind) = behind.split_at_checked(size)?;
        if id == CUSTOM {
            let (length, section) = leb128(section)?;
            let (section_name, content) = section.split_at_checked(length)?;
            if section_name == name.as_bytes() {
                found.push(content);
            }
        }
        rest = behind;
    }
    Some(found)
}

/// An unsigned number of 32 bits and what stands behind it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut number = 0u64;
    for (index, byte) in bytes.iter().enumerate().take(5) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((u32::try_from(number).ok()? as usize, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn module(sections: &[u8]) -> Vec<u8> {
        [b"\0asm\x01\0\0\0", sections].concat()
    }

    #[test]
    fn sections_are_found_by_name() {
        let wasm = module(b"\x00\x04\x01axy\x01\x01\x00\x00\x03\x01bz\x00\x02\x01a");
        assert_eq!(custom_sections(&wasm, "a"), Some(vec![&b"xy"[..], &b""[..]]));
        assert_eq!(custom_sections(&wasm, "c"), Some(vec![]));
    }

    #[test]
    fn broken_bytes_are_no_module() {
        for wrong in [
            &b"\x00"[..],
            b"\x00\x05\x01a",
            b"\x00\x02\x09a",
            b"\x00\x80\x80\x80\x80\x80\x00",
            b"\x00\xff\xff\xff\xff\x7f",
        ] {
            assert_eq!(custom_sections(&module(wrong), "a"), None, "{wrong:?}");
        }
        assert_eq!(custom_sections(b"", "a"), None);
        assert_eq!(custom_sections(b"\0asm\x0d\0\x01\0", "a"), None);
    }
}
