//! What a program needs of its host: each native dot that it declares, under the declared name and as it is declared.

use dot_abi::fault::{Fault, FaultCode};
use dot_abi::manifest::NativeDeclaration;

use crate::registry::Registry;

/// What a run does itself, without an implementation.
const OF_A_RUN: &[&str] = &["sleep"];

impl Registry {
    /// A fault unless every declared native dot is registered, with the class, the capabilities and the types that are declared.
    ///
    /// `may_lack` leaves out those that are not there at all: a test may answer for them with mocks.
    pub fn check(&self, declared: &[NativeDeclaration], may_lack: bool) -> Result<(), Fault> {
        for declaration in declared {
            match self.get(&declaration.name) {
                Some(_) => self.check_one(declaration)?,
                None if may_lack || OF_A_RUN.contains(&declaration.name.as_str()) => {}
                None => return Err(absent(&declaration.name)),
            }
        }
        Ok(())
    }

    fn check_one(&self, declared: &NativeDeclaration) -> Result<(), Fault> {
        let Some(dot) = self.get(&declared.name) else { return Ok(()) };
        let descriptor = dot.descriptor();
        let mut uses = descriptor.uses.to_vec();
        uses.sort_unstable();
        if descriptor.class != declared.class {
            let (host, program) = (descriptor.class.as_str(), declared.class.as_str());
            return Err(differs(&declared.name, "the class", host, program));
        }
        if uses != declared.uses {
            return Err(differs(&declared.name, "`uses`", &list(&uses), &list(&declared.uses)));
        }
        match dot.signature() {
            Some(signature) if signature != declared.signature => {
                Err(differs(&declared.name, "the type", signature, &declared.signature))
            }
            _ => Ok(()),
        }
    }
}

/// The fault of a native dot that has no implementation.
pub fn absent(name: &str) -> Fault {
    let message = format!("the native dot \"{name}\" has no implementation here");
    Fault::new(FaultCode::Native, message).help(
        "run it with the host program that registers it: `dot run` has the native dots of the standard library only",
    )
}

fn differs(name: &str, what: &str, host: &str, program: &str) -> Fault {
    let message = format!(
        "the native dot \"{name}\" is declared otherwise than the host has it: {what} is {host} there and {program} here"
    );
    Fault::new(FaultCode::Native, message).help("make the declaration and the registration the same")
}

fn list(names: &[impl AsRef<str>]) -> String {
    match names {
        [] => "nothing".to_owned(),
        names => names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use dot_abi::manifest::Class;
    use dot_abi::value::Value;

    use super::*;
    use crate::{Context, Descriptor, ParaDot};

    struct Thumbnail;

    impl ParaDot for Thumbnail {
        fn descriptor(&self) -> &Descriptor {
            &Descriptor { name: "thumbnail", class: Class::Read, uses: &["images", "files"], is_ordered: false }
        }

        fn signature(&self) -> Option<&str> {
            Some("(width: Int) -> Bytes")
        }

        fn run(&self, _: &Context<'_>, input: Value) -> Result<Value, Fault> {
            Ok(input)
        }
    }

    fn check(name: &str, class: Class, uses: &[&str], signature: &str, expected: &str) {
        let mut registry = Registry::empty();
        registry.register(Thumbnail);
        let uses = uses.iter().map(|&name| name.to_owned()).collect();
        let declared = NativeDeclaration { name: name.to_owned(), class, uses, signature: signature.to_owned() };
        let said = registry.check(&[declared], false).map_or_else(|fault| fault.to_string(), |()| String::new());
        assert_eq!(said, expected);
    }

    #[test]
    fn declaration_and_registration_are_the_same() {
        let signature = "(width: Int) -> Bytes";
        let both = ["files", "images"];
        check("thumbnail", Class::Read, &both, signature, "");
        let missing = "native: the native dot \"thumb\" has no implementation here";
        check("thumb", Class::Read, &both, signature, missing);
        let differs = |what: &str| {
            format!("native: the native dot \"thumbnail\" is declared otherwise than the host has it: {what}")
        };
        check("thumbnail", Class::Pure, &both, signature, &differs("the class is read there and pure here"));
        check("thumbnail", Class::Read, &[], signature, &differs("`uses` is files, images there and nothing here"));
        let other = "(width: Int) -> Text";
        let said = differs("the type is (width: Int) -> Bytes there and (width: Int) -> Text here");
        check("thumbnail", Class::Read, &both, other, &said);
    }

    #[test]
    fn a_test_may_lack_what_it_mocks() {
        let declared = NativeDeclaration {
            name: "thumbnail".to_owned(),
            class: Class::Read,
            uses: Vec::new(),
            signature: String::new(),
        };
        assert_eq!(Registry::empty().check(&[declared], true), Ok(()));
    }
}
