/** What a template of Velocity's language is made of, as far as the stack uses it. */
export type TemplateNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "set"; readonly target: Target; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly when: Condition;
      readonly then: readonly TemplateNode[];
      readonly otherwise: readonly TemplateNode[];
    };

export type Target = { readonly variable: string } | { readonly overriddenHeader: string };

export type Expression = { readonly text: string } | { readonly header: string } | { readonly variable: string };

export type Condition =
  | { readonly kind: "there"; readonly of: Expression }
  | { readonly kind: "equal"; readonly one: Expression; readonly other: Expression }
  | { readonly kind: "not"; readonly of: Condition }
  | { readonly kind: "and" | "or"; readonly all: readonly Condition[] };
