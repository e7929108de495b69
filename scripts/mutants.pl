# The rules by which scripts/mutants changes a C++ file. perl scripts/mutants.pl FILE FOLDER writes a copy of FILE for each
# way to change it, as FOLDER/N, and lists them: N, the line's number, and the line as it is then, between tabs.
# Comments, texts and #include lines are left as they are. It reads the form that clang-format gives the source.
use strict;
use warnings;

my ($file, $folder) = @ARGV;
open(my $input, '<', $file) or die "$file: $!\n";
my $source = do { local $/; <$input> };

# What the rules look at: the source, with every comment and text blanked out.
my $code = $source;
$code =~ s{(//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])+'|^\#[^\n]*)}{' ' x length $1}gem;

my @mutants; # each: where, how much, by what it is replaced, and what is said of it instead of the line

# A row of the transition table: another next state, another segment sent, and no such row.
while ($source =~ /^    (Transition\{(\w+), (\w+), (\w+), "([^"]*)"[^}]*\},)/gm) {
  my ($row, $to, $sends, $row_at, $to_at, $sends_at) = ($1, $4, $5, $-[1], $-[4], $-[5]);
  push @mutants, [$to_at, length $to, $to eq 'closed' ? 'listen' : 'closed'],
    [$sends_at, length $sends, $sends eq '' ? 'RST' : ''],
    [$row_at, length $row, '', 'no ' . $row =~ s/\s+/ /gr];
}

my @rules = (
  [qr/ == /, ' != '], [qr/ != /, ' == '],
  [qr/ < /, ' <= '], [qr/ <= /, ' < '], [qr/ > /, ' >= '], [qr/ >= /, ' > '],
  [qr/ &&(?=\s)/, ' ||'], [qr/ \|\|(?=\s)/, ' &&'],
  [qr/(?<![\w)])!(?=[\w(*])/, ''],
  [qr/\btrue\b/, 'false'], [qr/\bfalse\b/, 'true'],
  [qr/ [+-] 1\b/, ' + 0'], [qr/\+\+|--(?=\w)/, ''],
  [qr/(?<![\w.])(?<![+-] )\d+(?![\w.>])/, sub { $_[0] + 1 }],
  [qr/\bstd::min\b/, 'std::max'], [qr/\bstd::max\b/, 'std::min'],
  [qr/\bany_of\b/, 'none_of'], [qr/\bnone_of\b/, 'any_of'],
  [qr/(?<!== )\bEnd::client\b/, 'End::server'], [qr/(?<!== )\bEnd::server\b/, 'End::client'],
  [qr/\bView::client\b/, 'View::server'], [qr/\bView::server\b/, 'View::client'],
  [qr/\bView::both_ends\b/, 'View::client'],
  [qr/\bLeg::lost\b/, 'Leg::arrival'], [qr/\bLeg::arrival\b/, 'Leg::whole'], [qr/\bLeg::whole\b/, 'Leg::departure'],
  [qr/\bRepeat::once\b/, 'Repeat::any'], [qr/\bRepeat::any\b/, 'Repeat::optional'],
);
for my $rule (@rules) {
  my ($what, $by) = @$rule;
  while ($code =~ /$what/g) {
    my ($at, $length) = ($-[0], $+[0] - $-[0]);
    push @mutants, [$at, $length, ref $by ? $by->(substr($source, $at, $length)) : $by];
  }
}

my $name = 0;
for (sort { $a->[0] <=> $b->[0] } @mutants) {
  my ($at, $length, $by, $remark) = @$_;
  my $mutant = $source;
  substr($mutant, $at, $length) = $by;
  ++$name;
  open(my $output, '>', "$folder/$name") or die "$folder/$name: $!\n";
  print $output $mutant;
  my $line = 1 + (substr($source, 0, $at) =~ tr/\n//);
  my $text = $remark // (split /\n/, $mutant)[$line - 1];
  $text =~ s/^\s+|\s+$//g;
  print "$name\t$line\t$text\n";
}
