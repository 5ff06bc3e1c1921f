//! Branches, loops, faults, constants.

use dot_abi::fault::FaultCode;
use dot_abi::layout::{CASE_INDEX, HEAP_START};
use dot_abi::types::TypeDesc;

use super::function::{FunctionEmitter, Target};
use crate::core::{Atom, Block, ConstantRef, Label, Local, SiteRef, Statement};
use crate::wasm::{Code, Expr, Operand, wide};

/// Up to so many cases are asked for one by one.
const FEW_CASES: usize = 3;

impl FunctionEmitter<'_, '_> {
    pub(super) fn if_(&self, f: &mut Code<'_>, condition: Atom, then: &[Statement], otherwise: &[Statement]) {
        let condition = self.atom(condition);
        match (then, otherwise) {
            (then, []) => f.when(condition, |f| self.block(f, then)),
            ([], otherwise) => f.when(condition.is_zero(), |f| self.block(f, otherwise)),
            _ => f.when_else(condition, |f| self.block(f, then), |f| self.block(f, otherwise)),
        }
    }

    /// The case's index of a union.
    fn case_of(&self, on: Local) -> Expr {
        let (ty, value) = (self.type_of(on), self.local(on));
        let bare = value - 1;
        let boxed = value.load32(CASE_INDEX);
        if !self.types().is_counted(ty) {
            bare
        } else if self.types().may_be_immediate(ty) {
            value.below(HEAP_START).choose(bare, boxed)
        } else {
            boxed
        }
    }

    pub(super) fn switch(
        &self,
        f: &mut Code<'_>,
        on: Local,
        arms: &[(Vec<u32>, Block)],
        otherwise: Option<&[Statement]>,
    ) {
        let Some(((_, last), rest)) = arms.split_last() else {
            self.block(f, otherwise.unwrap_or_default());
            return;
        };
        if otherwise.is_none() && rest.is_empty() {
            self.block(f, last);
            return;
        }
        let case = f.let_narrow("case", self.case_of(on));
        if arms.iter().map(|(cases, _)| cases.len()).sum::<usize>() > FEW_CASES {
            self.switch_by_table(f, on, case.into(), arms, otherwise);
        } else {
            self.switch_one_by_one(f, case.into(), arms, otherwise);
        }
    }

    fn switch_one_by_one(
        &self,
        f: &mut Code<'_>,
        case: Expr,
        arms: &[(Vec<u32>, Block)],
        otherwise: Option<&[Statement]>,
    ) {
        match (arms, otherwise) {
            ([], otherwise) => self.block(f, otherwise.unwrap_or_default()),
            // Without an `otherwise` the last arm is what is left.
            ([(_, block)], None) => self.block(f, block),
            ([(cases, block), rest @ ..], otherwise) => {
                let hits = cases.iter().map(|&index| case.clone().equals(index));
                let hit = hits.reduce(|a, b| a | b).unwrap_or_else(|| crate::wasm::int(0));
                f.when_else(hit, |f| self.block(f, block), |f| self.switch_one_by_one(f, case, rest, otherwise));
            }
        }
    }

    fn switch_by_table(
        &self,
        f: &mut Code<'_>,
        on: Local,
        case: Expr,
        arms: &[(Vec<u32>, Block)],
        otherwise: Option<&[Statement]>,
    ) {
        let cases = match self.types().get(self.type_of(on)) {
            TypeDesc::Union { cases, .. } => cases.len(),
            other => unreachable!("a switch on {other:?}"),
        };
        let mut arm_of = vec![arms.len(); cases];
        for (arm, (of_arm, _)) in arms.iter().enumerate() {
            for &index in of_arm {
                arm_of[index as usize] = arm;
            }
        }
        f.switch(case, &arm_of, arms.len() + 1, |f, arm, _| match arms.get(arm) {
            Some((_, block)) => self.block(f, block),
            None => self.block(f, otherwise.unwrap_or_default()),
        });
    }

    pub(super) fn labeled(&self, f: &mut Code<'_>, label: Label, body: &[Statement]) {
        f.block(|f, end| {
            self.targets.borrow_mut().insert(label, Target { end, start: None });
            self.block(f, body);
        });
    }

    pub(super) fn loop_(&self, f: &mut Code<'_>, label: Label, body: &[Statement]) {
        f.block(|f, end| {
            f.repeat(|f, start| {
                self.targets.borrow_mut().insert(label, Target { end, start: Some(start) });
                self.block(f, body);
                f.br(start);
            });
        });
    }

    fn target(&self, label: Label) -> Target {
        self.targets.borrow()[&label]
    }

    pub(super) fn break_(&self, f: &mut Code<'_>, label: Label) {
        f.br(self.target(label).end);
    }

    pub(super) fn continue_(&self, f: &mut Code<'_>, label: Label) {
        f.br(self.target(label).start.expect("the label of a loop"));
    }

    pub(super) fn fault(&self, f: &mut Code<'_>, code: FaultCode, site: SiteRef, a: Option<Atom>, b: Option<Atom>) {
        let operand = |atom: Option<Atom>| atom.map_or(wide(0), |atom| self.atom(atom).widened());
        self.guest().fault(f, code, self.site(site), operand(a), operand(b));
    }

    /// A top-level `let`: computed at its first use.
    pub(super) fn constant(&self, f: &mut Code<'_>, constant: ConstantRef) -> Expr {
        let (cell, init) = self.emitter.constant(constant);
        f.when(f.global(cell.is_there).is_zero(), |f| f.run(init, Vec::new()));
        f.global(cell.value)
    }
}
