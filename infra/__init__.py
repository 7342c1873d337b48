"""What chartlake needs in AWS, as a CloudFormation template."""
