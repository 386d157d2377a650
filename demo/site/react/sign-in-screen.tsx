import { BookCover } from "./book-cover.js";
import { PageHeading } from "./page-heading.js";
import { SignInForm } from "./sign-in-form.js";

export function SignInScreen() {
  return (
    <BookCover>
      <PageHeading>Open the notebook</PageHeading>
      <p className="lead">What this shift leaves for the next. Sign in to read and write.</p>
      <SignInForm />
    </BookCover>
  );
}
